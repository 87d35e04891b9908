/**
 * The script of cases, run in the browser. Pointing at a phrase or a region, or focusing a phrase, brings out what it names
 * in both columns of its case; a click, Enter or Space keeps it, and the same again or Escape lets it go.
 */
export const caseScript = `
for (const scene of document.querySelectorAll('.case')) {
  const parts = [...scene.querySelectorAll('[data-phrase]')];
  const phrases = parts.filter((part) => part.matches('.phrase'));
  const sideOf = (part) => part.closest('[data-side]').dataset.side;
  const partOf = (event) => event.target instanceof Element ? event.target.closest('[data-phrase]') : null;
  let kept = null;
  const isSame = (a, b) => sideOf(a) === sideOf(b) && a.dataset.phrase === b.dataset.phrase;
  const choose = (chosen) => {
    scene.classList.toggle('chosen', chosen !== null);
    const hasOwn = chosen !== null && parts.some((part) => part.matches('.region') && isSame(part, chosen));
    for (const part of parts) {
      const named = chosen !== null && part.dataset.number === chosen.dataset.number;
      const replaced = part.matches('.repeated') || (hasOwn && sideOf(part) === sideOf(chosen));
      part.classList.toggle('on', named && (part.matches('.phrase') || isSame(part, chosen) || !replaced));
    }
  };
  const keep = (part) => {
    kept = part;
    for (const phrase of phrases) phrase.setAttribute('aria-pressed', String(phrase === part));
    choose(part);
  };
  scene.addEventListener('pointerover', (event) => { const part = partOf(event); if (part) choose(part); });
  scene.addEventListener('pointerout', (event) => { if (partOf(event)) choose(kept); });
  scene.addEventListener('focusin', (event) => { const part = partOf(event); if (part) choose(part); });
  scene.addEventListener('focusout', () => choose(kept));
  const toggle = (part) => {
    const phrase = part.matches('.phrase') ? part : phrases.find((other) => isSame(other, part));
    keep(kept === phrase ? null : phrase);
  };
  scene.addEventListener('click', (event) => { const part = partOf(event); if (part) toggle(part); });
  scene.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') keep(null);
    const part = partOf(event);
    if (part && (event.key === 'Enter' || event.key === ' ')) { event.preventDefault(); toggle(part); }
  });
}
`;
