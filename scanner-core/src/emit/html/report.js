"use strict";
(() => {
  const form = document.querySelector(".toolbar");
  if (!form) return;
  const rows = [...document.querySelectorAll(".filtered tbody tr")];
  const tables = [...document.querySelectorAll(".filtered")];
  const output = form.querySelector("output");
  const texts = new Map();
  const text = row => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };
  const show = () => {
    const { q = "", ...wanted } = Object.fromEntries(new FormData(form));
    const words = q.toLowerCase().split(/\s+/).filter(Boolean);
    const filters = Object.entries(wanted).filter(([, value]) => value);
    let count = 0;
    for (const row of rows) {
      const fits = filters.every(([name, value]) => row.dataset[name] === value)
        && words.every(word => text(row).includes(word));
      row.hidden = !fits;
      count += fits;
    }
    for (const table of tables) {
      const empty = !table.querySelector("tbody tr:not([hidden])");
      const frame = table.parentElement;
      frame.hidden = empty && tables.length > 1;
      const heading = frame.previousElementSibling;
      if (heading && heading.tagName === "H3") heading.hidden = frame.hidden;
    }
    output.value = `${count} of ${rows.length}`;
  };
  // Filters stand in the address: a link to the page can carry them.
  const read = () => {
    const stated = new URLSearchParams(location.hash.slice(1));
    if (![...stated.keys()].some(name => form.elements[name])) return false;
    for (const field of form.elements) if (field.name) field.value = stated.get(field.name) || "";
    show();
    return true;
  };
  const write = () => {
    const stated = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    history.replaceState(null, "", stated.size ? `#${stated}` : location.pathname + location.search);
    show();
  };
  form.hidden = false;
  form.addEventListener("input", write);
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(write));
  addEventListener("hashchange", () => { if (read()) form.scrollIntoView(); });
  addEventListener("keydown", event => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      form.elements.q.focus();
    }
  });
  if (!read()) show();
})();
