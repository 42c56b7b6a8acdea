// 查找：输入法打字时不发请求；页眉查找框的提示清单（上下键、回车、退出键）；换结果后分面开合照旧
"use strict";

document.addEventListener("input", (event) => {
  if (event.isComposing && event.target.matches("[data-composed]")) event.stopImmediatePropagation();
}, true);

document.addEventListener("compositionend", (event) => {
  if (event.target.matches("[data-composed]")) event.target.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("find");
  if (box) new Suggestions(box, document.getElementById("find-list"));
});

class Suggestions {
  constructor(box, list) {
    this.box = box;
    this.list = list;
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("focus", () => this.open());
    box.form.addEventListener("focusout", (event) => box.form.contains(event.relatedTarget) || this.close());
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => this.go(event.target.closest("[role=option]")));
    list.addEventListener("htmx:afterSwap", () => this.open());
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]:not([aria-disabled])")];
  }

  get current() {
    return this.list.querySelector("[aria-selected=true]");
  }

  open() {
    const shown = this.list.childElementCount > 0 && document.activeElement === this.box;
    this.list.hidden = !shown;
    this.box.setAttribute("aria-expanded", String(shown));
    this.choose(null);
  }

  close() {
    this.list.hidden = true;
    this.box.setAttribute("aria-expanded", "false");
    this.choose(null);
  }

  choose(option) {
    if (this.current) this.current.setAttribute("aria-selected", "false");
    if (!option) return this.box.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.box.setAttribute("aria-activedescendant", option.id);
  }

  go(option) {
    if (option && option.dataset.address) window.location.assign(option.dataset.address);
  }

  move(step) {
    if (this.list.hidden) return this.open();
    const options = this.options;
    const next = options.indexOf(this.current) + step;
    this.choose(next === -1 ? null : options[next === -2 ? options.length - 1 : next] || null);
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") this.move(1);
    else if (event.key === "ArrowUp") this.move(-1);
    else if (event.key === "Escape" && !this.list.hidden) this.close();
    else if (event.key === "Enter" && this.current) this.go(this.current);
    else return;
    event.preventDefault();
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-show-facets]")) showFacets(!document.getElementById("facets").classList.contains("open"));
});

function showFacets(shown) {
  document.getElementById("facets").classList.toggle("open", shown);
  document.querySelector("[data-show-facets]").setAttribute("aria-expanded", String(shown));
}

let opened = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "found") return;
  const facets = document.getElementById("facets");
  opened = {
    shown: Boolean(facets) && facets.classList.contains("open"),
    groups: new Map([...document.querySelectorAll("#facets details")].map((one) => [one.id, one.open])),
  };
});

// 换好之后 htmx 还会把同名元素的属性改成新的，所以等它都做完
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "found" || !opened) return;
  showFacets(opened.shown);
  for (const one of document.querySelectorAll("#facets details")) {
    if (opened.groups.has(one.id)) one.open = opened.groups.get(one.id);
  }
});
