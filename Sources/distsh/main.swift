import Glibc

// `exit` flushes what C code has buffered; everything else is done by then.
exit(EntryPoint.run(arguments: ProcessArguments.bytes).rawValue)
