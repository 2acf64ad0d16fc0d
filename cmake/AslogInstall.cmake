# `cmake --install` puts the command into bin/ and the files that it reads into share/aslog/, where
# aslog::support::dataFolder() finds them.

include(GNUInstallDirs)
foreach(folder rtl_templates flows/scripts flows/tech prove/models tb/adapter tb/verilog examples docs)
    get_filename_component(parent "share/aslog/${folder}" DIRECTORY)
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}" DESTINATION "${parent}")
endforeach()
install(FILES "${PROJECT_SOURCE_DIR}/flows/recipes.json" DESTINATION share/aslog/flows)

# `cpack` in the build folder makes a package for Debian. It needs what packages.txt says that aslog
# needs at run time; the libraries are found by dpkg-shlibdeps.
file(STRINGS "${PROJECT_SOURCE_DIR}/packages.txt" lines REGEX "^[^#].* run")
list(TRANSFORM lines REPLACE "^([^ ]+).*" "\\1" OUTPUT_VARIABLE needed)
list(JOIN needed ", " CPACK_DEBIAN_PACKAGE_DEPENDS)
set(CPACK_GENERATOR DEB)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The aslog developers")
set(CPACK_DEBIAN_PACKAGE_SECTION electronics)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
include(CPack)
