// The run folder's Verilog: reference designs, manifest, parameters of the templates.

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "generator/rtl/emit_rtl.h"
#include "generator/rtl/rtl_parameters.h"
#include "generator/spec/fields.h"
#include "run/run_folder.h"
#include "support/diagnostics.h"
#include "support/error.h"
#include "support/file.h"
#include "support/json_file.h"
#include "support/sha256.h"
#include "support/version.h"
#include "tests/catch.h"
#include "tests/golden_file.h"
#include "tests/temporary_folder.h"

namespace fs = std::filesystem;
using aslog::Design;
using aslog::RtlFile;

namespace {

fs::path referenceFolder() {
    return fs::path(ASLOG_SOURCE_DIR) / "tests" / "generator" / "reference";
}

Design example(const std::string& name) {
    return aslog::designFromSpecFile(fs::path(ASLOG_SOURCE_DIR) / "examples" / (name + ".json"));
}

/// tiny_3x5 with an even number of rows: no element is left out.
Design even() {
    aslog::ArchSpec spec = example("tiny_3x5").spec;
    spec.array.rows = 4;
    aslog::support::Diagnostics diagnostics;
    return aslog::elaborate(spec, diagnostics);
}

std::string textOf(const std::vector<RtlFile>& files, const std::string& path) {
    const auto file =
        std::find_if(files.begin(), files.end(), [&](const RtlFile& f) { return f.path == path; });
    REQUIRE(file != files.end());
    return file->text;
}

}  // namespace

// To make the references again, run the test with ASLOG_UPDATE_GOLDEN set. manifest.json stands
// there without "tools", which says which aslog it was.
TEST_CASE("Generated designs are byte for byte the committed references") {
    for (const std::string name : {"tiny_3x5", "small_4x4"}) {
        INFO("reference " << name);
        int compared = 0;
        for (const RtlFile& file : aslog::emitRtl(example(name))) {
            // The manifest holds the hashes of the baselines.
            if (file.path.rfind("baseline/", 0) == 0)
                continue;
            INFO(file.path);
            std::string text = file.text;
            if (file.path == "manifest.json") {
                auto manifest = aslog::support::Json::parse(text);
                CHECK(manifest.erase("tools") == 1);
                text = aslog::support::jsonText(manifest);
            }
            CHECK(aslog::tests::goldenText(referenceFolder() / name / file.path, text) == text);
            ++compared;
        }
        CHECK(compared >= 15);
    }
}

TEST_CASE("The manifest names every file with its hash, and the design's hash") {
    const Design design = example("tiny_3x5");
    const auto files = aslog::emitRtl(design);
    const auto manifest = aslog::support::Json::parse(textOf(files, "manifest.json"));
    CHECK(manifest.at("design_hash") == aslog::designHash(design));
    CHECK(manifest.at("files").size() == files.size() - 1);
    for (const RtlFile& file : files)
        if (file.path != "manifest.json")
            CHECK(manifest.at("files").at(file.path) == aslog::support::sha256(file.text));
}

TEST_CASE("files.f of the array and of each baseline lists existing files once, all of them") {
    const aslog::tests::TemporaryFolder folder;
    const Design design = even();
    const auto files = aslog::writeRunFolder(design, folder.path());
    CHECK(fs::exists(folder.path() / "design.json"));
    int lists = 0;
    for (const RtlFile& file : files) {
        const fs::path path = fs::path("rtl") / file.path;
        CHECK(aslog::support::readFile(folder.path() / path) == file.text);
        if (path.filename() != "files.f")
            continue;
        ++lists;
        std::set<std::string> names;
        std::istringstream lines(file.text);
        for (std::string line; std::getline(lines, line);) {
            const fs::path listed = folder.path() / path.parent_path() / line;
            INFO(path << ": " << line);
            CHECK(fs::exists(listed));
            CHECK(names.insert(listed.filename().string()).second);
        }
        // A mu element and a window sum, or neither; offset codes need the latter.
        const auto isOf = [&](const char* part) {
            return path.string().find(part) != std::string::npos;
        };
        const bool hasMu = !isOf("_no_bce");
        const bool hasSum = hasMu || isOf("_pair") || isOf("_offset");
        CHECK(names.contains("aslog_mu_ae.v") == hasMu);
        CHECK(names.contains("aslog_bce.v") == hasSum);
        CHECK(names.size() == 13U + (hasMu ? 1 : 0) + (hasSum ? 1 : 0));
    }
    CHECK(lists == 1 + static_cast<int>(aslog::baselineVariants(design).size()));
}

TEST_CASE("Every variant is there with and without bias correction, if the design has it") {
    const Design design = even();
    const auto variants = aslog::baselineVariants(design);
    CHECK(variants.size() == 13 + 14);
    int without = 0;
    for (const std::string& name : variants) {
        INFO(name);
        const Design other = aslog::baselineDesign(design, name);
        CHECK(other.hasBiasCorrection() == !name.ends_with("_no_bce"));
        CHECK(name.starts_with(other.element.name));
        if (!other.hasBiasCorrection()) {
            ++without;
            CHECK(other.fractionBits == 0);
            CHECK(other.muBits == 0);
            CHECK(other.correctionBits == other.accumulatorBits + 2);
        }
    }
    CHECK(without == 14);
    const Design own = aslog::baselineDesign(design, "slogii_no_bce");
    CHECK(own.element == design.element);
    CHECK(own.correctionBits == design.correctionBits - design.fractionBits);
    CHECK(aslog::baselineVariants(example("small_4x4")).size() == 13);
}

TEST_CASE("A design that drops columns has baselines that do beside the exact ones") {
    aslog::ArchSpec spec = aslog::defaultSpec("x");
    spec.biasCorrection.enabled = false;
    spec.format.levels = {0, 1, 2, 3, 4, 6, 8};
    spec.format.droppedBits = 3;
    aslog::support::Diagnostics diagnostics;
    const Design design = aslog::elaborate(spec, diagnostics);
    CHECK(design.element.productBits == 8);
    CHECK(design.treeBits == 12);
    const auto variants = aslog::baselineVariants(design);
    CHECK(variants.size() == 13 + 12);  // a plain one is exact only
    for (const char* name : {"int4_booth_d2", "int4_odd_d3", "int4_pair_d2", "int8_pair_d5"}) {
        INFO(name);
        CHECK(std::find(variants.begin(), variants.end(), name) != variants.end());
        const Design other = aslog::baselineDesign(design, name);
        const Design exact =
            aslog::baselineDesign(design, std::string(name, std::string(name).rfind('_')));
        CHECK(other.element.droppedBits > 0);
        CHECK(other.treeBits <= exact.treeBits - other.element.droppedBits + 1);
    }
    // Where every product is even, a column costs nothing: no baseline has a twin for that.
    spec.format.levels = {0, 2, 4, 6, 8, 12, 16};
    spec.format.droppedBits = 1;
    CHECK(aslog::baselineVariants(aslog::elaborate(spec, diagnostics)).size() == 13);

    const auto files = aslog::emitRtl(design);
    const auto textOf = [&](const std::string& path) {
        const auto found = std::find_if(files.begin(), files.end(),
                                        [&](const auto& file) { return file.path == path; });
        REQUIRE(found != files.end());
        return found->text;
    };
    CHECK_THAT(textOf("aslog_ae.v"),
               Catch::Matchers::ContainsSubstring("assign p_o = shifted_1[10:3] ^ {8{sign}};"));
    CHECK_THAT(textOf("baseline/int4_pair_d2/aslog_ae.v"),
               Catch::Matchers::ContainsSubstring("parameter integer DroppedBits    = 2,"));
}

TEST_CASE(
    "An element of two rows is left out of an array with an odd number of rows, with a word") {
    const auto files = aslog::emitRtl(example("tiny_3x5"));
    const auto manifest = aslog::support::Json::parse(textOf(files, "manifest.json"));
    const auto& omitted = manifest.at("baselines_left_out");
    CHECK(omitted.size() == 4);
    CHECK(omitted.at("int4_pair") ==
          "array.rows is 3, the element int4_pair needs a multiple of 2");
    CHECK(omitted.contains("int8_pair_no_bce"));
    CHECK(std::ranges::none_of(
        files, [](const RtlFile& file) { return file.path.find("pair") != std::string::npos; }));
}

TEST_CASE("A new run folder replaces the old rtl as a whole") {
    const aslog::tests::TemporaryFolder folder;
    static_cast<void>(aslog::writeRunFolder(example("tiny_3x5"), folder.path()));
    const fs::path only = folder.path() / "rtl" / "baseline" / "int8_plain_no_bce";
    CHECK(fs::exists(only));
    static_cast<void>(aslog::writeRunFolder(example("small_4x4"), folder.path()));
    CHECK_FALSE(fs::exists(only));
    CHECK_FALSE(fs::exists(folder.path() / ".rtl.new"));
}

TEST_CASE("Nothing of the machine or the day is in the generated text") {
    for (const RtlFile& file : aslog::emitRtl(example("small_4x4"))) {
        INFO(file.path);
        CHECK(file.text.find(aslog::support::dataFolder().string()) == std::string::npos);
        // A hash may hold any digits.
        const std::string text = std::regex_replace(file.text, std::regex("[0-9a-f]{64}"), "");
        CHECK(text.find("202") == std::string::npos);
    }
}

TEST_CASE("Template defaults are replaced by name, others stay") {
    const std::string text =
        "parameter integer Rows      = 16,  // rows\n"
        "parameter integer RowsMore  = 3";
    CHECK(aslog::withDefaults(text, {{"Rows", 5}}) ==
          "parameter integer Rows      = 5,  // rows\nparameter integer RowsMore  = 3");
}

// A misspelt name would keep its default without a word.
TEST_CASE("The design sets every parameter of the templates, but for those of an instance") {
    const aslog::Parameters known = aslog::rtlParameters(example("small_4x4"));
    const std::set<std::string> ofInstances = {"Bits", "Lane", "Width"};
    const std::regex declaration(R"(parameter integer (\w+))");
    std::set<std::string> set;
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(ASLOG_SOURCE_DIR) / "rtl_templates")) {
        if (entry.path().extension() != ".v") {
            continue;
        }
        INFO(entry.path());
        const std::string text = aslog::support::readFile(entry.path());
        for (std::sregex_iterator match(text.begin(), text.end(), declaration), end; match != end;
             ++match) {
            const std::string name = (*match)[1];
            INFO(name);
            CHECK(known.contains(name) != ofInstances.contains(name));
            set.insert(name);
        }
    }
    for (const auto& [name, value] : known) {
        INFO(name << " is in no template");
        CHECK(set.contains(name));
    }
}
