for template in ("%%", "100%%", "%5%", "% %", "%(a)%", "%.3%"):
    for argument in ((), (1, 2), {"a": 1}):
        for kind in (str, str.encode):
            try:
                print(kind(template) % argument)  # error: KeyError: b'a'
            except (TypeError, ValueError) as error:
                print(error)  # expect: not all arguments converted during string formatting | not all arguments converted during bytes formatting | not all arguments converted during string formatting | not all arguments converted during bytes formatting | not enough arguments for format string | not enough arguments for format string | unsupported format character '%' (0x25) at index 2 | unsupported format character '%' (0x25) at index 2 | unsupported format character '%' (0x25) at index 2 | unsupported format character '%' (0x25) at index 2 | not enough arguments for format string | not enough arguments for format string | unsupported format character '%' (0x25) at index 2 | unsupported format character '%' (0x25) at index 2 | unsupported format character '%' (0x25) at index 2 | unsupported format character '%' (0x25) at index 2 | format requires a mapping | format requires a mapping | format requires a mapping | format requires a mapping | unsupported format character '%' (0x25) at index 4
