#include "generator/rtl/rtl_parameters.h"

#include <algorithm>
#include <bit>

namespace aslog {

Parameters rtlParameters(const Design& d) {
    return {
        {"Rows", d.rows()},
        {"Columns", d.columns()},
        {"Pixels", d.pixels},
        {"SlotBits", d.slotBits},
        {"WeightRows", d.weightRows},
        {"TileBeats", d.tileBeats},
        {"Lanes", d.lanes},
        {"DrainSteps", d.drainSteps},
        {"TreeRegister", d.hasTreeRegister() ? 1 : 0},
        {"RegisteredStreams", d.spec.streams.registered ? 1 : 0},
        {"TestEnable", d.spec.dft.testEnable ? 1 : 0},
        {"ActivationBits", d.spec.format.activationBits},
        {"OddMultiples", d.element.oddMultiples},
        {"MultipleBits", d.element.laneBits},
        {"WeightBits", d.element.weightBits},
        {"ElementRows", d.element.rows},
        {"Words", d.element.partialProducts},
        {"WordBits", d.element.partialBits},
        {"WordShift", d.element.partialShift},
        {"DroppedBits", d.element.droppedBits},
        {"ElementBits", d.element.allPartialBits},
        {"RawBits", d.productBits},
        {"SumBits", d.treeBits},
        {"AccumulatorBits", d.accumulatorBits},
        {"UseMu", d.hasBiasCorrection() ? 1 : 0},
        {"MuBits", d.hasBiasCorrection() ? d.muBits : 1},
        {"UseWindowWeight", d.element.windowWeight != 0 ? 1 : 0},
        {"WindowShift", std::countr_zero(static_cast<std::uint64_t>(std::max<std::int64_t>(
                            d.element.windowWeight >> d.element.droppedBits, 1)))},
        {"ActivationSumBits", d.activationSumBits},
        {"WindowSumBits", d.windowSumBits},
        {"MuProductBits", d.hasBiasCorrection() ? d.muProductBits : 1},
        {"FractionBits", d.fractionBits},
        {"CorrectionBits", d.correctionBits},
        {"ScaleBits", d.spec.pcf.scaleBits},
        {"ShiftBits", d.shiftBits},
        {"ShiftMin", d.shiftMin},
        {"OutputBits", d.spec.pcf.outputBits},
        {"ParameterBits", d.parameterBits},
        {"ActivationBeatBits", d.activationBeatBits},
        {"WeightBeatBits", d.weightBeatBits},
        {"ParameterBeatBits", d.parameterBeatBits},
        {"OutputBeatBits", d.outputBeatBits},
    };
}

}  // namespace aslog
