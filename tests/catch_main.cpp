// main() of every test, for Catch2 version 2 (version 3 brings its own).
#define CATCH_CONFIG_MAIN
#include "tests/catch.h"
