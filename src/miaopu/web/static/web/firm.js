// 企业档案：打印与全部展开、抄录出处、抽屉关了回到原来点的数
"use strict";

(() => {
  let opener = null;
  const closed = [];

  document.addEventListener("click", (event) => {
    const number = event.target.closest(".number");
    if (number && !number.closest("#drawer")) opener = number;
    if (event.target.closest("[data-print]")) window.print();
    const all = event.target.closest("[data-open-all]");
    if (all) toggle(all);
    const copy = event.target.closest("[data-copy]");
    if (copy) copied(copy);
  });

  // 打印时收起的段落也要印出来，印完照旧
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("main details:not([open])").forEach((one) => { closed.push(one); one.open = true; });
  });
  window.addEventListener("afterprint", () => {
    closed.splice(0).forEach((one) => { one.open = false; });
  });

  window.addEventListener("hashchange", reveal);
  reveal();
  ready(document);
  document.addEventListener("htmx:afterSwap", (event) => ready(event.detail.target ?? document));
  // 抽屉在页面最末，按 Tab 到头会跳出页面：在抽屉里转圈
  document.getElementById("drawer").addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    const every = [...event.currentTarget.querySelectorAll("a[href], button:not([hidden]), summary, [tabindex='0']")]
      .filter((one) => one.checkVisibility());
    const [first, last] = event.shiftKey ? [every.at(-1), every[0]] : [every[0], every.at(-1)];
    const outside = !every.includes(document.activeElement) && event.shiftKey;
    if (first && (document.activeElement === last || outside)) {
      event.preventDefault();
      first.focus();
    }
  });
  document.getElementById("drawer").addEventListener("hidden.bs.offcanvas", () => {
    if (opener) opener.focus();
  });

  function toggle(button) {
    const every = [...document.querySelectorAll(`${button.dataset.openAll} details`)];
    const open = every.some((one) => !one.open);
    every.forEach((one) => { one.open = open; });
    button.textContent = open ? "全部收起" : "全部展开";
  }

  function reveal() {
    const wanted = location.hash && document.getElementById(location.hash.slice(1));
    if (wanted && wanted.tagName === "DETAILS") wanted.open = true;
  }

  function ready(place) {
    if (!navigator.clipboard) return;
    place.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
  }

  async function copied(button) {
    const text = button.parentElement.querySelector(button.dataset.copy).textContent;
    await navigator.clipboard.writeText(text);
    button.textContent = "已抄录";
  }
})();
