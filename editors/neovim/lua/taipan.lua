-- Taipan in Neovim: starts the language server for Python buffers with the built-in client (Neovim 0.7 or later).
--
--   require('taipan').setup({ cmd = { 'taipan', 'lsp' } })
--
-- Everything that can be in the server is in the server; this file only finds the root and starts or reuses a client.
local M = {}

local defaults = {
  cmd = { 'taipan', 'lsp' },
  filetypes = { 'python' },
  root_markers = { 'pyproject.toml', 'setup.cfg', 'setup.py', '.git' },
  init_options = nil,
  on_attach = nil,
}

local options = defaults
local clients = {} -- root folder -> client id

local function parent(path)
  return vim.fn.fnamemodify(path, ':h')
end

-- The nearest folder above the file that holds a marker, else the file's own folder.
local function root_of(path)
  local start = path == '' and vim.fn.getcwd() or parent(path)
  local folder = start
  while true do
    for _, marker in ipairs(options.root_markers) do
      if vim.loop.fs_stat(folder .. '/' .. marker) then
        return folder
      end
    end
    local above = parent(folder)
    if above == folder then
      return start
    end
    folder = above
  end
end

--- Attaches a buffer to the server of its root; starts the server when there is none.
function M.attach(buffer)
  buffer = buffer or vim.api.nvim_get_current_buf()
  local root = root_of(vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ':p'))
  local id = clients[root]
  if not id or vim.lsp.client_is_stopped(id) then
    id = vim.lsp.start_client({
      name = 'taipan',
      cmd = options.cmd,
      root_dir = root,
      workspace_folders = { { uri = vim.uri_from_fname(root), name = vim.fn.fnamemodify(root, ':t') } },
      init_options = options.init_options,
      on_attach = options.on_attach,
      on_exit = function()
        clients[root] = nil
      end,
    })
    if not id then
      vim.notify('taipan: the language server did not start: ' .. table.concat(options.cmd, ' '), vim.log.levels.ERROR)
      return
    end
    clients[root] = id
  end
  vim.lsp.buf_attach_client(buffer, id)
end

--- Attaches all Python buffers, those that are open and those to come.
function M.setup(user)
  options = vim.tbl_extend('force', defaults, user or {})
  local group = vim.api.nvim_create_augroup('taipan', { clear = true })
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = options.filetypes,
    callback = function(event)
      M.attach(event.buf)
    end,
  })
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.tbl_contains(options.filetypes, vim.bo[buffer].filetype) then
      M.attach(buffer)
    end
  end
end

return M
