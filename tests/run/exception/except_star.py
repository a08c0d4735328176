# Each handler takes its part of the group; what nobody takes goes on.
try:
    try:
        raise ExceptionGroup('g', [ValueError(1), TypeError(2), KeyError(3)])
    except* ValueError as e:
        print('v', e.exceptions)        # expect: v (ValueError(1),)
    except* TypeError as e:
        print('t', e.exceptions)        # expect: t (TypeError(2),)
except ExceptionGroup as e:
    print('rest', e.exceptions)         # expect: rest (KeyError(3),)
