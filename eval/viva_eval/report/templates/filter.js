// Shows the answers that fit the chosen kind, verdicts and words. Without it, all are shown.
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const cases = [...document.querySelectorAll(".case")];
  const words = cases.map((one) => one.textContent.toLowerCase());
  const count = document.getElementById("count");
  const has = (one, gold, given) =>
    one.dataset.pairs.split(" ").some((pair) => {
      const [wanted, found] = pair.split(">");
      return (!gold || wanted === gold) && (!given || found === given);
    });
  const apply = () => {
    const { kind, gold, given, search } = form.elements;
    const asked = search.value.trim().toLowerCase();
    let shown = 0;
    cases.forEach((one, place) => {
      const fits =
        (!kind.value || one.dataset.kind === kind.value) &&
        ((!gold.value && !given.value) || has(one, gold.value, given.value)) &&
        words[place].includes(asked);
      one.hidden = !fits;
      shown += fits;
    });
    count.textContent = `${shown} of ${cases.length} answers`;
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", apply);
  apply();
})();
