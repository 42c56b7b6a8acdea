// 库里的页面：一列都填、全选这一页；没有脚本时逐个填、逐个选
document.addEventListener('input', (event) => {
  const start = event.target.dataset.fill
  if (!start) return
  for (const one of document.querySelectorAll(`input[name^="${start}"]`)) one.value = event.target.value
})
document.addEventListener('change', (event) => {
  const name = event.target.dataset.checkAll
  if (!name) return
  for (const one of document.querySelectorAll(`input[type=checkbox][name="${name}"]`)) one.checked = event.target.checked
})
