#include "tb/models/device.h"

#include <utility>

#include <fmt/format.h>

#include "generator/rtl/emit_rtl.h"
#include "generator/rtl/file_list.h"
#include "golden/arithmetic/baselines.h"
#include "golden/arithmetic/element.h"
#include "support/error.h"
#include "support/file.h"

namespace aslog::tb {
namespace {

namespace fs = std::filesystem;
using support::InputError;

golden::ArrayShape shapeOf(const Design& design) {
    return {design.rows(), design.columns(), design.pixels, design.weightRows, design.lanes};
}

void requireEqual(const char* what, int ofDesign, int ofModel) {
    if (ofDesign != ofModel) {
        throw InputError(fmt::format("design.json says that {} is {}, the golden model says {}",
                                     what, ofDesign, ofModel));
    }
}

void checkWidths(const Design& design, const golden::Numerics& numerics) {
    requireEqual("the width of a weight code", design.element.weightBits,
                 numerics.element->weightBits());
    requireEqual("the width of an element's word", design.element.partialBits,
                 numerics.element->layout().bits);
    requireEqual("the number of dropped columns", design.element.droppedBits,
                 numerics.element->dropped());
    requireEqual("the width of an accumulator", design.accumulatorBits, numerics.accumulatorBits);
    requireEqual("the width of a window sum", design.windowSumBits, numerics.windowSumBits);
    requireEqual("the width of a correction sum", design.correctionBits, numerics.correctionBits);
    requireEqual("the width of a shift", design.shiftBits, numerics.shiftBits);
}

Device deviceOf(std::string name, const Design& design,
                std::shared_ptr<const golden::Element> element, const fs::path& list) {
    Device device{.name = std::move(name),
                  .design = design,
                  .numerics = golden::deriveNumerics(std::move(element), numericsSpecOf(design)),
                  .shape = shapeOf(design),
                  .files = readFileList(list)};
    checkWidths(device.design, device.numerics);
    return device;
}

}  // namespace

golden::NumericsSpec numericsSpecOf(const Design& design) {
    golden::NumericsSpec spec;
    spec.maxTaps = design.maxTaps;
    if (design.hasBiasCorrection()) {
        const ArchSpec::BiasCorrection& mu = design.spec.biasCorrection;
        spec.mu = golden::MuSpec{mu.muBits, mu.muSqrt2Steps, mu.fractionBits};
    }
    spec.accumulatorBits = design.accumulatorBits;
    spec.outputBits = design.spec.pcf.outputBits;
    spec.scaleBits = design.spec.pcf.scaleBits;
    spec.shiftMin = design.shiftMin;
    spec.shiftMax = design.shiftMax;
    return spec;
}

Device makeDevice(const Design& design, const fs::path& runFolder) {
    return deviceOf("slogii", design, std::make_shared<golden::SlogElement>(design.format),
                    runFolder / "rtl" / "files.f");
}

Device makeBaselineDevice(const Design& design, const std::string& variant,
                          const fs::path& runFolder) {
    Design other = baselineDesign(design, variant);
    std::shared_ptr<const golden::Element> element;
    if (other.element == design.element) {
        element = std::make_shared<golden::SlogElement>(design.format);
    } else {
        element = golden::makeBaseline(other.element.name, design.spec.format.activationBits);
    }
    return deviceOf(variant, other, std::move(element),
                    runFolder / "rtl" / "baseline" / variant / "files.f");
}

std::vector<std::string> variantsOf(const fs::path& runFolder) {
    const Design design = readDesign(runFolder / "design.json");
    std::vector<std::string> variants;
    for (const std::string& variant : baselineVariants(design)) {
        if (fs::exists(runFolder / "rtl" / "baseline" / variant / "files.f")) {
            variants.push_back(variant);
        }
    }
    return variants;
}

}  // namespace aslog::tb
