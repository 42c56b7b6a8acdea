// 抽屉：点了数就打开；片段请求失败时把原因说在页面上
"use strict";

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "drawer-body") {
    window.bootstrap.Offcanvas.getOrCreateInstance(document.getElementById("drawer")).show();
  }
});

document.addEventListener("htmx:responseError", (event) => {
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const told = page.querySelector("main [role=alert]");
  notice(told ? told.textContent.trim() : "没有办成，请重试");
});

document.addEventListener("htmx:sendError", () => notice("连不上服务器；您填的内容还在，请稍后再试"));

document.addEventListener("click", (event) => {
  const side = document.getElementById("side");
  const toggle = event.target.closest("[data-toggle-side]");
  if (side && (toggle || !event.target.closest("#side"))) {
    const open = side.classList.toggle("open", Boolean(toggle) && !side.classList.contains("open"));
    document.querySelector("[data-toggle-side]").setAttribute("aria-expanded", String(open));
    if (open) side.querySelector("a").focus();
  }
});

function notice(text) {
  const box = document.createElement("div");
  box.className = "alert alert-danger";
  box.setAttribute("role", "alert");
  box.textContent = text;
  document.querySelector("main .container-xl, main").prepend(box);
  box.scrollIntoView({ block: "nearest" });
}
