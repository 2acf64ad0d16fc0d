#include "support/build.h"

#include "support/sha256.h"

namespace aslog::support {

const std::string& programHash() {
    static const std::string hash = sha256OfFile("/proc/self/exe");
    return hash;
}

}  // namespace aslog::support
