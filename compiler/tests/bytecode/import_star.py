# The other kind of import.
from a import *
from .b import *
