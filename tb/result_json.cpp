#include "tb/result_json.h"

#include <string>

#include "support/tools.h"

namespace aslog::tb {

support::Json mismatchJson(const Mismatch& mismatch) {
    support::Json json;
    json["layer"] = mismatch.place.layer;
    json["channel"] = mismatch.place.channel;
    json["pixel"] = mismatch.place.pixel;
    json["cycle"] = mismatch.cycle;
    json["expected"] = mismatch.expected;
    json["seen"] = mismatch.seen;
    return json;
}

support::Json coverageJson(const CoverageReport& coverage) {
    support::Json json;
    json["reachable"] = coverage.reachable;
    json["hit"] = coverage.hit;
    json["missed"] = coverage.missed;
    json["unreachable"] = coverage.unreachable;
    return json;
}

support::Json toolsJson() {
    return support::toolsJson({"verilator", "g++"});
}

}  // namespace aslog::tb
