// Blocks that are no diffs: a keyboard can scroll them, and a console block
// copies what one types, not the prompt and not the answer.
(function () {
  'use strict';
  /** Of a shell; of `talk` and of a browser's console. */
  const PROMPTS = [/^[\w-]*\$ /, /^> /];

  /** What is typed in a console block; all of it if there is no prompt. */
  function commands(text) {
    for (const prompt of PROMPTS) {
      const typed = text.split('\n').filter((line) => prompt.test(line));
      if (typed.length > 0) return typed.map((line) => line.replace(prompt, '')).join('\n') + '\n';
    }
    return text;
  }

  /** The last comment before an element. */
  function commentBefore(element) {
    let node = element.previousSibling;
    while (node?.nodeType === Node.TEXT_NODE && !node.data.trim()) node = node.previousSibling;
    return node?.nodeType === Node.COMMENT_NODE ? node.data.trim() : '';
  }

  // `talk` has the same prompt.
  for (const code of document.querySelectorAll('pre > code.language-console')) {
    const pre = code.parentElement;
    if (/^browser\b/.test(commentBefore(pre))) pre.classList.add('in-browser');
  }

  for (const code of document.querySelectorAll('pre > code.language-console')) {
    const button = code.parentElement.querySelector('.clip-button');
    if (!button || commands(code.textContent) === code.textContent) continue;
    button.title = 'Copy what is typed';
    button.setAttribute('aria-label', button.title);
    const tip = button.firstElementChild;
    // mdBook listens on the body, and would copy all of it.
    button.addEventListener('click', (event) => event.stopPropagation());
    new ClipboardJS(button, { text: () => commands(code.textContent) })
      .on('success', () => {
        tip.textContent = 'Copied!';
        button.classList.add('tooltipped');
      });
  }

  /** What is wider than its place can be reached with Tab and scrolled. */
  function reachable() {
    for (const box of document.querySelectorAll('main pre > code, main .table-wrapper')) {
      if (box.closest('.diff-card')) continue;
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute('tabindex');
    }
  }
  reachable();
  addEventListener('resize', reachable);
  // Closed <details> have no width until they are opened.
  document.addEventListener('toggle', reachable, true);
  document.fonts?.ready.then(reachable);

  // mdBook turns the page on the arrow keys; here they scroll.
  document.addEventListener('keydown', (event) => {
    const box = event.target;
    if (/^Arrow(Left|Right)$/.test(event.key) && box.tabIndex === 0
      && box.scrollWidth > box.clientWidth) event.stopPropagation();
  }, true);
})();
