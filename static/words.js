// Sentences with a number, in the form that the language of the page has for it.
window.qawl = window.qawl || {};
(() => {
  qawl.form = (forms, n) => {
    const all = JSON.parse(forms);
    const which = new Intl.PluralRules(document.documentElement.lang).select(n);
    return (all[which] ?? all.other).replace("#", n);
  };
})();
