// 把文件拖到上传处：松手即选中；选了几份、多大，写在提示里
"use strict";

document.querySelectorAll("[data-drop]").forEach((form) => {
  const input = form.querySelector("input[type=file]");
  const card = form.closest(".card");
  ["dragenter", "dragover"].forEach((name) => card.addEventListener(name, (event) => {
    event.preventDefault();
    card.classList.add("border-primary");
  }));
  ["dragleave", "drop"].forEach((name) => card.addEventListener(name, () => card.classList.remove("border-primary")));
  card.addEventListener("drop", (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.focus();
  });
});
