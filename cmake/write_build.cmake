# Writes the source file that says which aslog this is. Runs at every build:
#   cmake -DSOURCE=<root> -DVERSION=<x.y.z> -DCOMPILER=<text> -DTEMPLATE=<file> -DOUTPUT=<file> -P ...
# The file keeps its date if nothing has changed, so that nothing is compiled again.
# `git describe` counts the commits since the tag v<VERSION>, if there is one (a shallow clone has
# none), and sees changed files. Without git, or in a folder that only lies inside of another
# repository, the commit is unknown.

set(ASLOG_DESCRIPTION "${VERSION}")
set(ASLOG_COMMIT "unknown")
set(ASLOG_COMPILER "${COMPILER}")

find_program(GIT git)
if(GIT)
    # Never locks the index: somebody may be at work in the same repository.
    set(git "${CMAKE_COMMAND}" -E env --unset=GIT_DIR --unset=GIT_WORK_TREE GIT_OPTIONAL_LOCKS=0
        "${GIT}" -C "${SOURCE}")
    execute_process(COMMAND ${git} rev-parse --show-cdup --verify HEAD
        OUTPUT_VARIABLE found RESULT_VARIABLE failed ERROR_QUIET)
    execute_process(COMMAND ${git} describe --tags --match "v${VERSION}" --long --always --abbrev=7
        --dirty OUTPUT_VARIABLE described ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    # The first line is the way up to the root of the repository: empty if this is the root.
    if(NOT failed AND found MATCHES "^\n([0-9a-f]+)\n$" AND described)
        set(ASLOG_COMMIT "${CMAKE_MATCH_1}")
        if(described MATCHES "^v(.*)")
            set(ASLOG_DESCRIPTION "${CMAKE_MATCH_1}")
        else()
            set(ASLOG_DESCRIPTION "${VERSION}-g${described}")
        endif()
    endif()
endif()

configure_file("${TEMPLATE}" "${OUTPUT}" @ONLY)
