# Identifiers of time and place differ, and grow with time.
import uuid

one, two = uuid.uuid1(), uuid.uuid1()
print(one != two, one.time < two.time)  # expect: True True
print(one.version, one.variant == uuid.RFC_4122)  # expect: 1 True
print(one.is_safe is not uuid.SafeUUID.unknown)  # expect: True
