import pickle

for data in (b"I1\xd9\xa1\n.", b"L1\xd9\xa1L\n."):
    try:
        print(pickle.loads(data))
    except ValueError as error:
        print(type(error).__name__)  # expect: ValueError | ValueError
print(pickle.loads(b"I10\n."), pickle.loads(b"L-7L\n."))  # expect: 10 -7
