"use strict";
// What candidates wrote is put into the page as text nodes only: there is no innerHTML here.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const text = (position) => data.texts[position];
  const byId = (id) => document.getElementById(id);
  const TONES = ["failed", "not assessed", "high", "medium", "low", "info"];
  const TAGS = ["failed", "open", "severity-high", "severity-medium", "", ""];
  const STEP = 100; // rows that are shown, and added, at a time
  const body = document.querySelector("#table tbody");
  const rows = [...body.rows];
  const headings = [...document.querySelectorAll("#table th[data-sort]")];
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  let visible = rows; // those that the filters leave, in the order shown
  let listed = 0; // how many of them the table shows
  let mapped = 0; // and the heat map

  const element = (name, classes, ...children) => {
    const made = document.createElement(name);
    if (classes) made.className = classes;
    made.append(...children);
    return made;
  };
  const number = (row) => Number(row.dataset.n);
  const mark = (candidate, criterion) => data.entries[candidate][3][criterion];
  const standing = (one) => text(one[0]);
  const applies = (one) => one && standing(one) !== "not applicable" && one[3] > 0;
  const name = (candidate) => text(data.entries[candidate][0]);
  const counted = (count) => count.toLocaleString("en");
  const interval = (low, high) => (low === high ? `${low}` : `${low}–${high}`);

  // Sorting: the rows themselves move, so that what is focused stays focused.

  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v ?? cell.firstElementChild.textContent;
  };
  const reorder = (key, direction) => {
    const numeric = typeof key(rows[0]) === "number";
    const keyed = rows.map((row) => [key(row), number(row), row]);
    const compare = numeric ? (a, b) => a - b : collator.compare;
    keyed.sort((a, b) => direction * compare(a[0], b[0]) || a[1] - b[1]);
    rows.splice(0, rows.length, ...keyed.map((one) => one[2]));
    body.append(...rows);
    filter();
  };
  const sortBy = (heading) => {
    const before = heading.getAttribute("aria-sort");
    const first = heading.dataset.first ?? "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    const now = before === first ? other : first;
    for (const one of headings) one.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", now);
    const column = heading.cellIndex;
    const key = heading.dataset.sort === "number"
      ? (row) => Number(value(row, column))
      : (row) => value(row, column);
    reorder(key, now === "ascending" ? 1 : -1);
  };
  for (const heading of headings) {
    const button = element("button", "sort", ...heading.childNodes);
    button.type = "button";
    heading.append(button);
    button.addEventListener("click", () => sortBy(heading));
  }
  byId("scenario").addEventListener("change", (event) => {
    const chosen = event.target.value;
    for (const one of headings) one.removeAttribute("aria-sort");
    if (chosen === "") return sortBy(headings[0]);
    const positions = data.scenarios[Number(chosen)];
    return reorder((row) => positions[number(row)], 1);
  });

  // Filtering

  const words = new Map(rows.map((row) => {
    const [named, , band] = data.entries[number(row)];
    return [row, { text: `${text(named)} ${row.cells[2].textContent}`.toLowerCase(), band }];
  }));
  const controls = ["search", "verdict", "band", "lost", "open-only"].map(byId);
  const fits = (row, wanted) => {
    const known = words.get(row);
    if (wanted.search && !known.text.includes(wanted.search)) return false;
    if (wanted.verdict && row.dataset.verdict !== wanted.verdict) return false;
    if (wanted.band && known.band !== wanted.band) return false;
    if (wanted.open && row.dataset.open === undefined) return false;
    if (wanted.lost === "") return true;
    const one = mark(number(row), Number(wanted.lost));
    return applies(one) && one[5] < 100;
  };
  function filter() {
    const [search, verdict, band, lost, open] = controls;
    const wanted = {
      search: search.value.trim().toLowerCase(),
      verdict: verdict.value,
      band: band.value,
      lost: lost.value,
      open: open.checked,
    };
    visible = [];
    for (const row of rows) {
      const hidden = !fits(row, wanted);
      if (row.hidden !== hidden) row.hidden = hidden;
      if (!hidden) visible.push(row);
    }
    byId("found").textContent = `${counted(visible.length)} of ${counted(rows.length)}`;
    listed = 0;
    list(STEP);
    drawMap();
  }
  function list(count) {
    listed = Math.min(listed + count, visible.length);
    visible.forEach((row, place) => row.classList.toggle("later", place >= listed));
    byId("listed").textContent = `${counted(listed)} of ${counted(visible.length)} shown`;
    byId("list-more").parentElement.hidden = listed >= visible.length;
  }
  byId("list-more").addEventListener("click", () => list(STEP));
  byId("list-all").addEventListener("click", () => list(visible.length));
  for (const control of controls) control.addEventListener("input", filter);
  byId("clear").addEventListener("click", () => {
    for (const control of controls) {
      if (control.type === "checkbox") control.checked = false;
      else control.value = "";
    }
    filter();
    byId("search").focus();
  });

  // The heat map

  const map = byId("map");
  const cell = (candidate, criterion) => {
    const one = mark(candidate, criterion);
    if (!applies(one)) return element("td", "none", "–");
    const [low, high] = [Math.floor(one[4]), Math.floor(one[5])];
    const settled = low === high && standing(one) === "scored";
    const made = element("td", settled ? `h${Math.floor(low / 10)}` : "hopen", interval(low, high));
    made.dataset.c = criterion;
    return made;
  };
  function addRows(count) {
    const rest = visible.slice(mapped, mapped + count);
    map.tBodies[0].append(...rest.map((row) => {
      const candidate = number(row);
      const button = element("button", "name", name(candidate));
      button.type = "button";
      const head = element("th", "", button);
      head.scope = "row";
      const line = element("tr", "", head, ...data.criteria.map((_, place) => cell(candidate, place)));
      line.dataset.n = candidate;
      return line;
    }));
    mapped += rest.length;
    byId("shown").textContent = `${counted(mapped)} of ${counted(visible.length)} shown`;
    byId("more").hidden = mapped >= visible.length;
  }
  function drawMap() {
    map.tBodies[0].replaceChildren();
    mapped = 0;
    addRows(STEP);
  }
  const corner = element("th", "", "Candidate");
  corner.scope = "col";
  map.append(
    element("thead", "", element("tr", "", corner, ...data.criteria.map(([id, title]) => {
      const head = element("th", "", element("span", "", text(id)));
      head.scope = "col";
      head.title = text(title);
      return head;
    }))),
    element("tbody"),
  );
  byId("more").addEventListener("click", () => addRows(STEP));

  // Evidence of one candidate, or of two side by side

  const dialog = byId("evidence");
  let chosen = [];
  const bar = (one) => {
    const got = element("span", "got");
    const reach = element("span", "reach");
    got.style.width = `${one[4]}%`;
    reach.style.width = `${one[5] - one[4]}%`;
    const made = element("span", "bar", got, reach);
    made.setAttribute("aria-hidden", "true");
    return made;
  };
  const exhibit = ([tone, title, detail, place]) => {
    const head = element("p", "", element("span", `tag ${TAGS[tone]}`, TONES[tone]), " ", text(title));
    const made = element("li", "", head);
    if (text(detail)) made.append(element("p", "detail", text(detail)));
    if (text(place)) made.append(element("p", "where", element("code", "", text(place))));
    return made;
  };
  const side = (candidate, criterion) => {
    const one = mark(candidate, criterion);
    const made = element("div", "side");
    if (chosen.length > 1) made.append(element("p", "unseen", name(candidate)));
    if (!applies(one)) {
      made.append(element("p", "small", "does not apply"));
      return made;
    }
    const [, low, high, of, , , reason, claimed, exhibits, more] = one;
    const points = element("p", "points", element("strong", "", interval(low, high)), ` of ${of}`);
    if (standing(one) !== "scored") points.append(" ", element("span", "tag open", standing(one)));
    if (claimed) points.append(" ", element("span", "tag claimed", "claimed"));
    made.append(points, bar(one));
    if (text(reason)) made.append(element("p", "reason", text(reason)));
    if (exhibits.length || more) {
      const list = element("ul", "exhibits", ...exhibits.map(exhibit));
      const count = exhibits.length + more;
      const details = element("details", "", element("summary", "", `Evidence (${count})`), list);
      if (more) details.append(element("p", "note", `and ${more} more, in the JSON report`));
      details.open = chosen.length === 1 && count <= 3;
      made.append(details);
    }
    return made;
  };
  const differ = (criterion) => {
    const [one, other] = chosen.map((candidate) => mark(candidate, criterion));
    if (!applies(one) || !applies(other)) return applies(one) !== applies(other);
    return one[4] !== other[4] || one[5] !== other[5];
  };
  const everybody = document.createDocumentFragment();
  everybody.append(...data.entries.map((entry, candidate) => {
    const option = element("option", "", `${text(entry[0])} (${entry[1]})`);
    option.value = candidate;
    return option;
  }));
  const heading = (place) => {
    const select = element("select", "", everybody.cloneNode(true));
    select.value = chosen[place];
    select.setAttribute("aria-label", chosen.length > 1 ? ["Left", "Right"][place] : "Candidate");
    select.addEventListener("change", () => {
      chosen[place] = Number(select.value);
      drawEvidence();
      byId("columns").querySelectorAll("select")[place].focus();
    });
    const [, total, band] = data.entries[chosen[place]];
    return element("div", "column", select, element("p", "amount", total), element("p", "small", band));
  };
  function drawEvidence() {
    const two = chosen.length > 1;
    const only = two && byId("differences").checked;
    dialog.classList.toggle("two", two);
    byId("differences").parentElement.hidden = !two;
    byId("columns").replaceChildren(...chosen.map((_, place) => heading(place)));
    const parts = data.categories.map(([id, title]) => {
      const members = data.criteria
        .map((criterion, place) => [criterion, place])
        .filter(([criterion]) => text(criterion[2]) === text(id))
        .filter(([, place]) => chosen.some((candidate) => applies(mark(candidate, place))))
        .filter(([, place]) => !only || differ(place));
      if (!members.length) return "";
      return element("section", "", element("h3", "", text(title)), ...members.map(([criterion, place]) => {
        const head = element("h4", "", element("code", "", text(criterion[0])), " ", text(criterion[1]));
        const made = element("article", "", head, element("div", "sides", ...chosen.map((one) => side(one, place))));
        made.id = `mark-${place}`;
        return made;
      }));
    });
    byId("marks").replaceChildren(...parts);
    if (!byId("marks").firstElementChild) byId("marks").append(element("p", "note", "No criterion differs."));
  }
  const show = (candidates, criterion) => {
    chosen = candidates;
    drawEvidence();
    dialog.showModal();
    if (criterion === undefined) dialog.scrollTop = 0;
    else byId(`mark-${criterion}`)?.scrollIntoView({ block: "center" });
  };
  byId("differences").addEventListener("change", drawEvidence);
  byId("close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  for (const table of [body, map]) {
    table.addEventListener("click", (event) => {
      const row = event.target.closest("tr[data-n]");
      if (!row) return;
      if (event.target.closest("button.name")) show([number(row)]);
      else if (event.target.dataset.c) show([number(row)], Number(event.target.dataset.c));
    });
  }

  // Two that are ticked; a third takes the place of the first

  let ticked = [];
  body.addEventListener("change", (event) => {
    const box = event.target;
    if (!box.matches("input.chosen")) return;
    ticked = ticked.filter((one) => one !== box);
    if (box.checked) ticked.push(box);
    while (ticked.length > 2) ticked.shift().checked = false;
    byId("compare").disabled = ticked.length !== 2;
  });
  byId("compare").addEventListener("click", () => {
    show(ticked.map((box) => number(box.closest("tr"))));
  });

  document.body.classList.add("scripted");
  filter();
})();
