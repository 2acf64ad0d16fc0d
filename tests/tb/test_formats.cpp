// The arithmetic element of every format of the spec's range, every code times every activation.
// All elements are instances of one model.

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "generator/rtl/emit_element.h"
#include "golden/arithmetic/element.h"
#include "support/file.h"
#include "tb/models/compile.h"
#include "tb/models/model.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

using namespace aslog;
using golden::FormatSpec;
using golden::SlogElement;

constexpr int kOutputBits = 64;  // room for each element's word

/// One format in both forms of the element: with 3q from outside, and with an adder of its own.
struct Instance {
    std::shared_ptr<const SlogElement> element;
    std::size_t port;
    std::size_t own;
};

std::string instanceText(const Instance& instance) {
    const auto& format = instance.element->format();
    const int weightBits = format.weightBits();
    const int activationBits = format.activationBits();
    const std::string inputs =
        fmt::format(".code_i(code_i[{}:0]), .q_i(q_i[{}:0])", weightBits - 1, activationBits - 1);
    return fmt::format(
        "  ae_{0} u_{0} ({2}, .t_i(t_i[{3}:0]), .p_o(p_o[{0}*{5}+:{4}]));\n"
        "  ae_{1} u_{1} ({2}, .p_o(p_o[{1}*{5}+:{4}]));\n",
        instance.port, instance.own, inputs, activationBits + 1, format.productBits(), kOutputBits);
}

std::vector<Instance> allInstances() {
    std::vector<Instance> instances;
    for (int activationBits = 4; activationBits <= 8; ++activationBits) {
        for (const FormatSpec& spec : golden::SlogFormat::all(activationBits)) {
            instances.push_back({std::make_shared<SlogElement>(spec), 2 * instances.size(),
                                 2 * instances.size() + 1});
        }
    }
    return instances;
}

tb::ModelSource modelOf(const std::vector<Instance>& instances,
                        const std::filesystem::path& folder) {
    std::string elements;
    std::string body;
    for (const Instance& instance : instances) {
        const auto& format = instance.element->format();
        elements += emitElement(format, fmt::format("ae_{}", instance.port), OddMultiple::Port);
        elements += emitElement(format, fmt::format("ae_{}", instance.own), OddMultiple::Own);
        body += instanceText(instance);
    }
    support::writeFile(folder / "elements.v", elements);
    tb::ModelSource source{.name = "formats", .files = {folder / "elements.v"}};
    source.optimise = tb::Optimise::compile;
    source.ports.clocked = false;
    source.ports.inputs = {{"code_i", 6}, {"q_i", 8}, {"t_i", 10}};
    const int outputBits = kOutputBits * 2 * static_cast<int>(instances.size());
    source.ports.outputs = {{"p_o", outputBits}};
    source.wrapper = fmt::format(
        "module aslog_bench (\n  input wire [5:0] code_i,\n  input wire [7:0] q_i,\n"
        "  input wire [9:0] t_i,\n  output wire [{}:0] p_o\n);\n{}endmodule\n",
        outputBits - 1, body);
    // Words are narrower than their places, and elements without 3q do not use it.
    source.allowsWarnings = true;
    return source;
}

TEST_CASE("The element of every format is exact for every code and activation") {
    const tests::TemporaryFolder folder;
    const std::vector<Instance> instances = allInstances();
    REQUIRE(instances.size() == 580);
    const auto compiled = tb::compileModels({modelOf(instances, folder.path())}, folder / "build");
    tb::Model model(compiled.front().sharedObject, compiled.front().ports, {});
    const auto output = model.output("p_o");
    std::uint64_t comparisons = 0;
    std::uint64_t mismatches = 0;
    for (std::uint32_t code = 0; code < 64; ++code) {
        for (std::uint32_t q = 0; q < 256; ++q) {
            model.input("code_i")[0] = code;
            model.input("q_i")[0] = q;
            model.input("t_i")[0] = 3 * q;
            model.eval();
            for (const Instance& instance : instances) {
                const SlogElement& element = *instance.element;
                if (q > element.activationMax() ||
                    code >= (1U << static_cast<unsigned>(element.weightBits()))) {
                    continue;
                }
                const std::uint64_t expected = element.raw(golden::Code{code}, q);
                for (const std::size_t place : {instance.port, instance.own}) {
                    const std::uint64_t seen =
                        tb::getBits(output, place * kOutputBits, element.rawBits());
                    ++comparisons;
                    mismatches += seen == expected ? 0 : 1;
                    if (seen != expected && mismatches == 1) {
                        UNSCOPED_INFO("first mismatch: instance " << place << ", code " << code
                                                                  << ", q " << q << ": expected "
                                                                  << expected << ", seen " << seen);
                    }
                }
            }
        }
    }
    CHECK(mismatches == 0);
    // Codes times activations of all formats, twice.
    std::uint64_t needed = 0;
    for (const Instance& instance : instances) {
        needed += 2 * instance.element->codes().size() * (instance.element->activationMax() + 1);
    }
    CHECK(comparisons == needed);
    WARN(comparisons << " comparisons over " << instances.size() << " formats");
}

}  // namespace
