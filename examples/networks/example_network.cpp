#include "examples/networks/example_network.h"

#include "ptq/data/descriptor.h"
#include "ptq/graph/fold.h"
#include "ptq/graph/head.h"
#include "ptq/onnx/reader.h"
#include "support/version.h"

namespace aslog::examples {
namespace {

namespace fs = std::filesystem;

fs::path networkFile() {
    return support::dataFolder() / "examples" / "fashion_cnn" / "fashion_cnn.onnx";
}

fs::path descriptorFile() {
    return support::dataFolder() / "examples" / "data" / "fashion_mnist.json";
}

}  // namespace

ptq::Graph exampleGraph() {
    ptq::Graph graph = ptq::readOnnx(networkFile());
    ptq::fold(graph);
    ptq::cutHead(graph);
    return graph;
}

std::optional<data::Dataset> exampleImages() {
    if (!fs::exists(data::readDescriptor(descriptorFile()).images.front())) {
        return std::nullopt;
    }
    return data::readDataset(descriptorFile(), "/", data::Answers::Hidden);
}

std::vector<fs::path> exampleFiles() {
    return {networkFile(), descriptorFile(), data::readDescriptor(descriptorFile()).images.front()};
}

ptq::QuantiseOptions quickOptions() {
    ptq::QuantiseOptions options;
    options.steps.biasCorrection = false;
    options.steps.outputScaleSearch = false;
    options.steps.compensation = false;
    return options;
}

}  // namespace aslog::examples
