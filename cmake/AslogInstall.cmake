# `cmake --install` puts the command into bin/ and the files that it reads into share/aslog/, where
# aslog::support::dataFolder() finds them.

include(GNUInstallDirs)
foreach(folder rtl_templates flows prove tb golden examples docs)
    if(EXISTS "${PROJECT_SOURCE_DIR}/${folder}")
        install(DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}" DESTINATION share/aslog)
    endif()
endforeach()
