# Where two shortest texts are equally near, the last digit is even.
print(28898677284.4765625)                                    # expect: 28898677284.476562
print(2023347301156851.25, 1097718834198879.25)               # expect: 2023347301156851.2 1097718834198879.2
