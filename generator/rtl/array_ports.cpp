#include "generator/rtl/array_ports.h"

namespace aslog {

std::vector<ArrayPort> arrayPorts(const Design& design) {
    const int outputBits = design.spec.pcf.outputBits;
    return {{"rst_ni", 1, true},
            {"test_en_i", 1, true},
            {"clamp_low_i", outputBits, true},
            {"clamp_high_i", outputBits, true},
            {"out_ready_i", 1, true},
            {"act_valid_i", 1, true},
            {"act_data_i", design.activationBeatBits, true},
            {"act_slot_i", design.slotBits, true},
            {"act_first_i", 1, true},
            {"act_last_i", 1, true},
            {"act_swap_i", 1, true},
            {"wgt_valid_i", 1, true},
            {"wgt_data_i", design.weightBeatBits, true},
            {"par_valid_i", 1, true},
            {"par_data_i", design.parameterBeatBits, true},
            {"act_ready_o", 1, false},
            {"wgt_ready_o", 1, false},
            {"par_ready_o", 1, false},
            {"out_valid_o", 1, false},
            {"out_data_o", design.outputBeatBits, false}};
}

}  // namespace aslog
