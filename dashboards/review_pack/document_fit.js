// Sees that each slide fits on its page: finds the largest type that does, down to a
// floor, with the most room between the rows of drawings, and carries rows of long tables over to further pages. Returns what does not
// fit, one line each.
(limits) => {
  const main = document.querySelector("main");
  document.documentElement.classList.add("fitted");

  // What of a page is cut off, in words for its author; empty where nothing is.
  const cutOff = (page) => {
    const body = page.querySelector(".body");
    const high = [page, body].find((box) => box.scrollHeight > box.clientHeight + 1);
    if (high) return `${high.scrollHeight - high.clientHeight} pixels too high`;
    const wide = [page, ...page.querySelectorAll("*:not(svg, svg *)")].find(
      (box) => box.clientWidth > 0 && box.scrollWidth > box.clientWidth + 1);
    if (wide) return `too wide: ${wide.textContent.trim().slice(0, 60)}`;
    const words = [...page.querySelectorAll("svg text")].find((text) => {
      const at = text.getBoundingClientRect();
      const block = text.closest(".block").getBoundingClientRect();
      return at.left < block.left - 2 || at.right > block.right + 2;
    });
    return words ? `outside of its chart: ${words.textContent}` : "";
  };
  const isCut = (page) => cutOff(page) !== "";
  const report = (section) =>
    problems.push(`${section.dataset.place} (${cutOff(section.querySelector(".page"))})`);
  const setFit = (section, fit) => section.style.setProperty("--fit", fit.toFixed(2));
  const largest = (section) => {
    if (section.matches(".calculated, .continued")) return 1;
    return section.querySelector(".block.table") ? limits.tables : limits.largest;
  };
  const fitsWith = (section, least) => {
    const page = section.querySelector(".page");
    for (let fit = largest(section); fit >= least - 0.001; fit -= 0.02) {
      for (const height of limits.rows) {
        section.style.setProperty("--row", `${height}em`);
        setFit(section, fit);
        if (!isCut(page)) return true;
      }
    }
    return false;
  };
  const rowsOf = (block) => block.querySelector(":scope.table tbody, :scope > .noted");
  // An empty copy of a slide for what is carried over.
  const following = (section) => {
    const copy = section.cloneNode(true);
    copy.querySelector("h1")?.remove();
    copy.querySelectorAll(".notes, .care, .subtitle").forEach((part) => part.remove());
    copy.removeAttribute("id");
    copy.classList.add("continued");
    copy.removeAttribute("aria-labelledby");
    const heading = copy.querySelector("h2, .h2");
    const words = document.createElement("p");
    words.className = "h2";
    words.textContent = heading.textContent;
    heading.replaceWith(words);
    copy.querySelector(".column").replaceChildren();
    section.after(copy);
    return copy;
  };
  // Moves the last row, or the last block, to the following page.
  const carry = (section, next) => {
    const from = section.querySelector(".column");
    const to = next.querySelector(".column");
    const block = from.lastElementChild;
    const rows = rowsOf(block);
    const isOnly = from.children.length === 1;
    if (rows && rows.children.length > 1) {
      let copy = to.firstElementChild;
      if (copy?.dataset.of !== block.dataset.of || !copy) {
        // The columns of all parts are as wide as those of the whole.
        for (const name of block.querySelectorAll("thead th")) {
          name.style.width = `${name.getBoundingClientRect().width}px`;
        }
        copy = block.cloneNode(true);
        copy.querySelector("tbody, .noted").replaceChildren();
        to.prepend(copy);
      }
      rowsOf(copy).prepend(rows.lastElementChild);
      return true;
    }
    if (isOnly) return false;
    const begun = to.firstElementChild;
    if (rows && begun?.dataset.of === block.dataset.of) {
      rowsOf(begun).prepend(...rows.children);
      block.remove();
    } else {
      to.prepend(block);
    }
    return true;
  };
  const isLong = (section) =>
    !section.querySelector(".two") && section.matches(":has(.block.table), .calculated");

  const problems = [];
  const parts = new Map();
  const fitted = (section, origin) => {
    parts.set(origin, [...(parts.get(origin) ?? []), section]);
    if (isLong(section)) {
      if (fitsWith(section, limits.beforeSplit)) return;
      setFit(section, 1);
      const next = following(section);
      const page = section.querySelector(".page");
      let hasMoved = true;
      while (isCut(page) && hasMoved) hasMoved = carry(section, next);
      if (next.querySelector(".block")) {
        if (isCut(page) && !fitsWith(section, limits.floor)) report(section);
        fitted(next, origin);
        return;
      }
      next.remove();
    }
    if (!fitsWith(section, limits.floor)) report(section);
  };
  const sections = [...main.querySelectorAll("section.slide")];
  sections.forEach((section) =>
    section.querySelectorAll(".block").forEach((block, at) => (block.dataset.of = String(at))));
  sections.forEach((section) => fitted(section, section));
  for (const pages of parts.values()) {
    if (pages.length < 2) continue;
    pages.forEach((section, at) => {
      const words = main.dataset.part.replace("{part}", at + 1).replace("{parts}", pages.length);
      section.querySelector("h2, .h2").append(` ${words}`);
      section.querySelector(".of").append(` ${at + 1}/${pages.length}`);
    });
  }
  // The foot is the same on each page: it is read once.
  const pages = [...main.querySelectorAll("section.slide")];
  pages.slice(1).forEach((s) => s.querySelector("footer").setAttribute("aria-hidden", "true"));
  // Where each drawing stands on its page: left, top, right and bottom in pixels.
  const figures = [...main.querySelectorAll("svg[role=img]")].map((drawing) => {
    const block = drawing.closest(".block");
    const parts = drawing.matches(".axis")
      ? block.querySelectorAll(".over, .rows")
      : [drawing, ...drawing.querySelectorAll("text")];
    const page = drawing.closest(".page").getBoundingClientRect();
    const boxes = [...parts].map((part) => part.getBoundingClientRect());
    return [
      Math.min(...boxes.map((box) => box.left)) - page.left,
      Math.min(...boxes.map((box) => box.top)) - page.top,
      Math.max(...boxes.map((box) => box.right)) - page.left,
      Math.max(...boxes.map((box) => box.bottom)) - page.top,
    ];
  });
  return { problems, figures };
}
