#include "tb/streams/layer_traffic.h"

#include <cstddef>
#include <utility>

#include <fmt/format.h>

namespace aslog::tb {

Traffic trafficOf(const Device& device, const compiler::LayerCase& whole,
                  compiler::WindowOrder order) {
    compiler::Schedule schedule =
        compiler::scheduleConv(whole.layer, whole.input, device.shape, device.numerics, order);
    TrafficPacker packer(device);
    for (const golden::WeightBeat& beat : schedule.weights) {
        packer.add(beat);
    }
    for (const golden::ActivationBeat& beat : schedule.activations) {
        packer.add(beat);
    }
    for (const golden::ParameterBeat& beat : schedule.parameters) {
        packer.add(beat);
    }
    for (const auto& places : schedule.places) {
        ExpectedBeat beat;
        for (const auto& place : places) {
            beat.counts.push_back(place.has_value());
            beat.values.push_back(place ? whole.expected.at(place->channel, place->y, place->x)
                                        : 0);
        }
        packer.add(beat);
    }
    Traffic traffic = packer.take();
    traffic.clamp = schedule.clamp;
    traffic.place = [name = whole.name, origin = whole.origin, places = std::move(schedule.places)](
                        std::size_t beat, int lane) {
        const auto& place = places[beat][static_cast<std::size_t>(lane)];
        return place ? Place{name, fmt::to_string(place->channel + origin.channel),
                             fmt::format("{},{}", place->y + origin.y, place->x + origin.x)}
                     : Place{name, "", ""};
    };
    return traffic;
}

}  // namespace aslog::tb
