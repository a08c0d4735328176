"""Taipan's own modules: what the prompt, the kernel and the language server share.

`shell` runs cells, `completion` and `inspection` look at names without running code of the user, `display` shows values
in rich forms. For kernels: `kernel` serves requests, `comms` talks with widgets, `rich` and `ipython` hold what notebooks
import from `IPython`.
"""
