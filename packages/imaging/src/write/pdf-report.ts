import { PDFDocument, type PDFFont, StandardFonts } from '@cantoo/pdf-lib';
import { check } from '@vividmed/core';
import { type Attributes, writeDicomFile } from './attributes.js';
import { commonAttributes, type DicomContext, type DicomObject, type ObjectKind, written } from './context.js';
import { NOT_FOR_CLINICAL_USE } from './report-document.js';
import { paragraphs } from './text-report.js';

/** A4 in points, and its margin. */
const [PAGE_WIDTH, PAGE_HEIGHT, MARGIN] = [595, 842, 56];
const FONT_SIZE = 11;
const LINE_HEIGHT = 16;

/**
 * The report as an A4 PDF: a note that it is not for clinical use on each page, its text, then pictures.
 *
 * The fonts are those of every reader, which have the letters of Western European languages; others become `?` and the
 * page says so. Nothing about the patient is in it.
 *
 * @throws {VividMedError} data for a picture that is not PNG
 */
export async function reportPdf(
  { results, createdAt }: Pick<DicomContext, 'results' | 'createdAt'>,
  pictures: readonly Uint8Array[] = [],
): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.setTitle('Report by AI');
  pdf.setProducer('VividMed');
  pdf.setCreationDate(createdAt);
  pdf.setModificationDate(createdAt);
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  const newPage = () => {
    const page = pdf.addPage([PAGE_WIDTH, PAGE_HEIGHT]);
    page.drawText(NOT_FOR_CLINICAL_USE, { x: MARGIN, y: MARGIN / 2, size: 9, font });
    return page;
  };
  let page = newPage();
  let y = PAGE_HEIGHT - MARGIN;
  const words = paragraphs(results.report).map((paragraph) => shown(paragraph, font));
  const isWhole = words.every(({ missing }) => missing === 0);
  const { name, version } = results.algorithm;
  const parts = [
    shown(`Report by ${name} ${version}`, font).text,
    ...words.map(({ text }) => text),
    ...(isWhole ? [] : ['Letters that the fonts of this page do not have are shown as "?".']),
  ];
  for (const part of parts) {
    for (const line of lines(part, font)) {
      if (y < MARGIN + LINE_HEIGHT) {
        page = newPage();
        y = PAGE_HEIGHT - MARGIN;
      }
      page.drawText(line, { x: MARGIN, y, size: FONT_SIZE, font });
      y -= LINE_HEIGHT;
    }
    y -= LINE_HEIGHT / 2;
  }
  for (const [i, bytes] of pictures.entries()) {
    const picture = await pdf.embedPng(bytes).catch(() => undefined);
    check(
      picture !== undefined,
      'data',
      `reportPdf: expected picture ${i} as PNG, found ${bytes.length} bytes that are none.`,
    );
    const { width, height } = picture.scaleToFit(PAGE_WIDTH - 2 * MARGIN, PAGE_HEIGHT - 3 * MARGIN);
    if (y - height < MARGIN) {
      page = newPage();
      y = PAGE_HEIGHT - MARGIN;
    }
    page.drawImage(picture, { x: MARGIN, y: y - height, width, height });
    y -= height + LINE_HEIGHT;
  }
  return pdf.save({ useObjectStreams: false });
}

/** Text in the letters that the font has, and how many it does not have. */
function shown(paragraph: string, font: PDFFont): { text: string; missing: number } {
  const has = new Set(font.getCharacterSet());
  let missing = 0;
  const letters = Array.from(paragraph.replace(/\s+/g, ' '), (letter) => {
    if (has.has(letter.codePointAt(0) as number)) return letter;
    missing++;
    return '?';
  });
  return { text: letters.join(''), missing };
}

/** Lines that fit the page; a word that does not fit one is cut. */
function lines(paragraph: string, font: PDFFont): string[] {
  const fits = (line: string) => font.widthOfTextAtSize(line, FONT_SIZE) <= PAGE_WIDTH - 2 * MARGIN;
  const made: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== '') made.push(line);
    line = '';
    for (const letter of word) {
      if (fits(line + letter)) line += letter;
      else {
        made.push(line);
        line = letter;
      }
    }
  }
  return [...made, line];
}

const ENCAPSULATED_PDF = '1.2.840.10008.5.1.4.1.1.104.1';

/** The report as an Encapsulated PDF (PS3.3 A.45.1); pictures are PNG, such as overlays. */
export async function pdfReport(context: DicomContext, pictures: readonly Uint8Array[] = []): Promise<DicomObject> {
  const pdf = await reportPdf(context, pictures);
  const kind: ObjectKind = {
    name: 'pdf',
    sopClassUid: ENCAPSULATED_PDF,
    modality: 'DOC',
    seriesNumber: 1004,
    description: 'Report by AI',
  };
  const attributes: Attributes = {
    ...commonAttributes(context, kind),
    ConversionType: 'WSD',
    AcquisitionDateTime: '',
    BurnedInAnnotation: 'YES',
    DocumentTitle: `Report by AI. ${NOT_FOR_CLINICAL_USE}`,
    ConceptNameCodeSequence: [
      { CodeValue: '18748-4', CodingSchemeDesignator: 'LN', CodeMeaning: 'Diagnostic Imaging Report' },
    ],
    MIMETypeOfEncapsulatedDocument: 'application/pdf',
    EncapsulatedDocument: pdf,
    EncapsulatedDocumentLength: pdf.length,
  };
  return written(kind, context, writeDicomFile(attributes));
}
