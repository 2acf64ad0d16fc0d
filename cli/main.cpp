#include "cli/app.h"

int main(int argc, char** argv) {
    return aslog::cli::runCommandLine(argc, argv);
}
