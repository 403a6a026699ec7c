"""What well-known callables do with a value that they are given: the table as sets of names.

Each set is put together once. The names of sets of methods end with METHODS, or say so: these go by
the bare name, whatever it is a method of (see ``table.debts``).
"""

from __future__ import annotations

from taskfix.apis.table import (
    callees,
    calls,
    doing,
    giving,
    keywords,
    methods,
    spelled,
    spelling,
    table,
    words,
)

SET, LIST = "builtins.set", "builtins.list"

# -- what becomes of an argument ---------------------------------------------------------

# Keep nothing of their argument.
NOT_KEEPING = callees(doing("drops", "*"))
# Give back their argument, a container of it or an iterator over it.
PASSING_THROUGH = callees(doing("passes"))
WEAK = callees(doing("weak"))
WEAK_INSTANCES = calls(doing("weak"))
# Put their second argument into their first.
STORING_IN_FIRST = callees(doing("stores-in-first"))
# Wait for what they are given.
AWAITING = callees(doing("awaits"))
# The same, and may stop early, or show first what is done first.
WAITING = callees(doing("awaits")) & callees(doing("chooses"))
COMPLETING = callees(doing("awaits")) & callees(giving("result"))
# Make one future of what they are given.
WRAPPING = callees(doing("wraps"))
GATHERING = WRAPPING & AWAITING
# Call their first argument and give back what it returns: once, or for each element of the others.
MAPPING = callees(doing("calls", "0")) & PASSING_THROUGH
CALLING = callees(doing("calls", "0")) - MAPPING
CALLING_METHODS = frozenset(name.rpartition(".")[2] for name in CALLING)
# Go over all of their argument, or take only what comes next.
ITERATING = words(giving("iterator"))
TAKING_NEXT = words(doing("takes-out", "0"))
# Ignore what the callback that they are given returns.
DROPPING_CALLEES = callees(doing("calls-and-drops"))
DROPPING_METHODS = spelled(doing("calls-and-drops"))
# The callback of a future, of which the future is the receiver.
WATCHING_METHODS = spelled(doing("calls-and-drops")) & spelled(doing("drops", "self"))
# Look at the argument only to write a text.
LOGGING_METHODS = methods(iter(table()), "{logger}")
LOGGERS = spelled(giving("logger"))
LOGGING_PACKAGES = frozenset(row.name.removesuffix(".**") for row in giving("logger"))

# Every function of which the table knows something.
KNOWN = callees(iter(table()))

# -- containers --------------------------------------------------------------------------

# Objects that a function makes for itself.
_DISPLAYS = frozenset(f"literal.{name}" for name in ("set", "list", "dict", "tuple", "NoneType"))
CONTAINERS = _DISPLAYS | calls(giving("container"))
NAMESPACES = calls(giving("namespace"))
BOUNDED = callees(giving("bounded"))
WEAK_SETS = calls(giving("weak-set"))
# Put their argument into the receiver.
ADDERS = spelled(doing("stores")) | spelled(doing("stores-each"))
# Put it there only where its key is new.
KEYED_ADDERS = spelled(doing("stores", "1")) & spelled(giving("elements"))
# Do not read the elements of the receiver out.
CONTAINER_ASIDE = spelled(doing("aside"))
# Take their argument out of the receiver.
REMOVERS = spelled(doing("removes"))
# Look for their first argument in the receiver.
LOOKING_UP = spelled(doing("looks-up"))
# Take an element out and give it back.
CONTAINER_TAKING = spelled(doing("takes-out"))
# Give back all that the receiver holds.
CONTAINER_PASSING = spelled(doing("passes", "self"))
# What is done with one more element of a set, of a set or list; with many; with those in it.
SET_ADDERS = methods(doing("stores"), f"{SET}()")
ONE_ADDERS = SET_ADDERS | methods(doing("stores"), f"{LIST}()")
SET_REMOVERS = methods(doing("removes"), f"{SET}()")
SET_GROWERS = methods(doing("stores-each"), f"{SET}()")
SET_EMPTIERS = methods(doing("empties"), f"{SET}()")
# Tell whether a collection has something in it, how many, or give another one with the same.
JUDGING = words(giving("truth"))
MEASURING = JUDGING | words(giving("size")) | words(giving("copy"))
SIZES = callees(giving("size"))

# -- tasks and futures -------------------------------------------------------------------

# Methods of a task or future that do not hold it.
NOT_KEEPING_METHODS = spelled(doing("drops", "self"))
# Methods after which nothing pending is left, or that block until it is done.
BLOCKING_METHODS = spelled(doing("ends", "self"))
CANCELLING_METHODS = spelled(doing("cancels", "self"))
# Tell what a task gives, or which is done first.
RESULT_NAMES = words(giving("result"))
# Make a future that nobody else has, or may do so as far as their names tell.
FUTURE_MAKERS = words(giving("future")) & words(giving("never"))
FUTURE_NAMES = spelling(giving("future"))
# Give what runs already.
TASK_GIVERS = words(giving("tasks"))
ALL_TASKS = callees(giving("tasks"))
# Keywords of what waits: when to stop early, for what to wait, whether exceptions are results.
LIMITS = keywords("limits", doing("awaits"))
CHOICES = keywords("chooses", doing("awaits"))
EVERYTHING = words(giving("everything"))
TOLERANT = callees(doing("tolerates", "0"))
TOLERANCES = keywords("tolerates", doing("awaits"))
BOUNDS = keywords("limits", giving("bounded"))

# -- the course of the program -----------------------------------------------------------

# Awaited or called as a statement, these never complete.
FOREVER = calls(giving("never"))
FOREVER_METHODS = spelled(giving("never"))
# Run a loop until their argument is done. The loop of the first is closed then.
RUNNING = callees(doing("runs"))
RUNNING_AGAIN = callees(doing("runs-again"))
_OWNED = [name.replace("()", "") for name in RUNNING_AGAIN]
RUNNING_METHODS = spelled(doing("runs-again", "0"))
RUNNING_NAMES = words(doing("runs-again", "0"))
LOOP_FOREVER_METHODS = spelled(doing("runs-again", "self"))
# Have a loop and run it: a Runner.
LOOP_OWNER_NAMES = frozenset(n.rpartition(".")[0].rpartition(".")[2] for n in _OWNED)
# Run for the last time what cleans a loop up.
CLEANING_NAMES = spelling(giving("clean-up"))
# How the values begin of what is done with a loop that was made for it.
NEW_LOOPS = tuple(f"{made}." for made in calls(giving("new-loop")))
# Do nothing that anybody waits for.
IDLE_NAMES = LOGGING_METHODS | words(giving("output")) | words(giving("pause"))
# Run what they are given in another thread.
RUNNING_ELSEWHERE = callees(doing("runs-elsewhere"))
RUNNING_ELSEWHERE_METHODS = spelled(doing("runs-elsewhere"))
# How functions are called that end what their object or program does; what such are given to.
ENDING_NAMES = spelling(giving("shutdown"))
CALLING_AT_END = callees(doing("calls-at-end")) | spelled(doing("calls-at-end"))
# Give what a `with` statement enters.
ENTERING = spelled(giving("entered"))
# Make a context manager of a generator.
MANAGERS = callees(giving("manager"))

# Leave the function that they decorate as it was, with the signature that it had.
DECORATORS = callees(doing("decorates"))
# Stand for a call of their first argument.
PARTIALS = callees(doing("calls-later", "0"))

# -- classes and annotations -------------------------------------------------------------

FIELDS = calls(giving("field"))
FACTORIES = calls(giving("factory"))
FACTORY_KEYWORDS = keywords("calls", giving("field"))
DATACLASSES = callees(giving("dataclass")) | calls(giving("dataclass"))
ATTRS_CLASSES = callees(giving("attrs-class")) | calls(giving("attrs-class"))
FINAL = callees(giving("final-class"))
PLAIN_BASES = callees(giving("plain-base"))
# What a module that copies its objects, or writes them down, has imported.
COPYING_NAMES = spelled(doing("copies"))
# In an annotation, by the last name.
SET_TYPES = words(giving("set-type"))
WRAPPER_TYPES = words(giving("wrapper-type"))
OPTIONAL_TYPES = words(giving("optional-type"))

# -- frameworks --------------------------------------------------------------------------

APPLICATIONS = callees(giving("application"))
APPLICATION_INSTANCES = calls(giving("application"))
REQUEST_INSTANCES = calls(giving("request"))

# -- looking at objects, and code that nobody can see ---------------------------------------

# Read all names of a frame, or run a text.
NAME_READING = callees(giving("code"))
NAME_READERS = words(giving("code"))
RUNNING_TEXT = callees(doing("runs-text"))
# Look at an object without keeping it or reading its members; or read them all.
LOOKING = callees(doing("looks-at"))
SCANNING = callees(doing("scans"))
# Take the name of a member, or get one.
NAMING_MEMBERS = callees(doing("names-member"))
MEMBER_GETTERS = callees(giving("member-getter"))
MEMBERS = callees(giving("member"))
TELLING_MEMBERS = callees(doing("names-member", "1")) - MEMBERS
SETTING_MEMBERS = callees(doing("sets-member"))
MEMBERS_OF = callees(doing("shows-members"))
# Are what they are given, or the module of that name, or the instance around.
CASTS = callees(doing("stands-for"))
IMPORTERS = callees(giving("module"))
METHOD_WRAPPERS = callees(giving("method-wrapper"))
SUPERS = callees(giving("base-instance"))
