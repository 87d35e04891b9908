/**
 * The script of the page for judgements, run in the browser: keeps what the reader says in the storage of the browser, shows how
 * far the reader is, and writes a file of it when asked. Nothing leaves the machine.
 */
export const judgementScript = `
const root = document.querySelector('[data-page]');
const key = 'vividmed-judgements ' + root.dataset.page;
const cases = [...document.querySelectorAll('[data-case]')];
const status = document.querySelector('#status');
const reader = document.querySelector('#reader');
const read = () => { try { return JSON.parse(localStorage.getItem(key)) ?? {}; } catch { return {}; } };
const write = (value) => { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } };

const collect = () => ({
  format: 'vividmed-judgements',
  version: 1,
  page: root.dataset.page,
  reader: reader.value.trim(),
  cases: cases.map((scene) => {
    const said = (kind) => Object.fromEntries([...scene.querySelectorAll('[data-kind=' + kind + '] input:checked')]
      .map((input) => [input.closest('[data-kind]').dataset.index, input.value]));
    return {
      id: scene.dataset.case,
      numSentences: scene.querySelectorAll('[data-kind=sentence]').length,
      sentences: said('sentence'),
      phrases: said('phrase'),
      criticalOmissions: Math.max(0, Math.floor(Number(scene.querySelector('.omissions').value)) || 0),
      done: scene.querySelector('.done').checked,
    };
  }),
});

const show = (isKept) => {
  const { cases: judged } = collect();
  judged.forEach(({ numSentences, sentences }, i) => {
    const left = numSentences - Object.keys(sentences).length;
    const done = cases[i].querySelector('.done');
    if (left > 0) done.checked = false;
    done.disabled = left > 0;
    cases[i].querySelector('.left').textContent = left > 0 ? left + ' of ' + numSentences + ' sentences to judge' : 'every sentence judged';
  });
  const done = cases.filter((scene) => scene.querySelector('.done').checked).length;
  status.textContent = done + ' of ' + cases.length + ' reports done. ' +
    (isKept ? 'Kept in this browser.' : 'This browser keeps nothing: save the file before you leave.');
};

const restore = (value) => {
  reader.value = value.reader ?? '';
  for (const each of value.cases ?? []) {
    const scene = cases.find((one) => one.dataset.case === each.id);
    if (!scene) continue;
    const set = (kind, said) => Object.entries(said ?? {}).forEach(([index, answer]) => {
      const input = [...scene.querySelectorAll('[data-kind=' + kind + '][data-index="' + Number(index) + '"] input')]
        .find((one) => one.value === answer);
      if (input) input.checked = true;
    });
    set('sentence', each.sentences);
    set('phrase', each.phrases);
    scene.querySelector('.omissions').value = String(each.criticalOmissions ?? 0);
    scene.querySelector('.done').checked = each.done === true;
  }
};

restore(read());
const keep = () => { show(true); show(write(collect())); };
document.addEventListener('change', keep);
reader.addEventListener('input', keep);
document.querySelector('#save').addEventListener('click', () => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(collect(), null, 2) + '\\n'], { type: 'application/json' }));
  link.download = 'judgements.json';
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
document.querySelector('#forget').addEventListener('click', () => {
  if (!confirm('Forget every judgement on this page?')) return;
  for (const input of document.querySelectorAll('[data-case] input')) input.type === 'number' ? (input.value = '0') : (input.checked = false);
  keep();
});
keep();
`;
