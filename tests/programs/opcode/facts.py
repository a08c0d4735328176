# What the compiler knows about instructions.
import _opcode
import dis

print(_opcode.stack_effect(dis.opmap["BUILD_LIST"], 3), _opcode.stack_effect(dis.opmap["FOR_ITER"], 0, jump=True))  # expect: -2 1
print(_opcode.get_nb_ops()[:2], _opcode.get_intrinsic1_descs()[1], _opcode.get_special_method_names())  # expect: [('NB_ADD', '+'), ('NB_AND', '&')] INTRINSIC_PRINT ['__enter__', '__exit__', '__aenter__', '__aexit__']
print([dis.opname[n] for n in range(256) if _opcode.has_free(n)])  # expect: ['DELETE_DEREF', 'LOAD_FROM_DICT_OR_DEREF', 'MAKE_CELL', 'STORE_DEREF']
print(_opcode.has_jump(dis.opmap["JUMP_FORWARD"]), _opcode.has_exc(dis.opmap["SETUP_FINALLY"]), _opcode.is_valid(1000))  # expect: True True False
for call in [lambda: _opcode.stack_effect(1000), lambda: _opcode.stack_effect(dis.opmap["NOP"], jump=3)]:
    try:
        call()
    except ValueError as error:
        print(error)  # expect: invalid opcode or oparg | stack_effect: jump must be False, True or None
