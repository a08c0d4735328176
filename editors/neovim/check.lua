-- Opens a broken file in a real Neovim and prints the diagnostics it shows; exits with 1 when there are none.
vim.opt.runtimepath:append(vim.fn.getcwd())
vim.cmd('filetype on')
local command = vim.env.TAIPAN_LSP
require('taipan').setup({ cmd = command and vim.split(command, ' ') or { 'taipan', 'lsp' } })
local file = vim.fn.tempname() .. '.py'
vim.fn.writefile({ 'import os', 'def f(:', '    return undefined_thing', 'x = (1' }, file)
vim.cmd('edit ' .. vim.fn.fnameescape(file))
vim.bo.filetype = 'python'
local came = vim.wait(10000, function()
  return #vim.diagnostic.get(0) > 0
end, 50)
for _, one in ipairs(vim.diagnostic.get(0)) do
  print(string.format('%d:%d-%d:%d %s [%s] %s', one.lnum + 1, one.col + 1, one.end_lnum + 1, one.end_col + 1,
    vim.diagnostic.severity[one.severity], tostring(one.code or (one.user_data and one.user_data.lsp.code)), one.message))
end
vim.cmd(came and 'qall!' or 'cquit 1')
