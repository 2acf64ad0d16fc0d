// The network as an ONNX file, for programs that take networks of any origin.
#pragma once

#include <filesystem>
#include <string>

#include "examples/fashion_cnn/model.h"

namespace aslog::examples {

// The bytes of an ONNX model, opset 13; the same network gives the same bytes. It takes the input
// "image" [N, channels, height, width], already normalised as FashionCnn::normalise() does it, and
// gives "scores" [N, classes]: Conv nodes with the names of the layers, Relu nodes "<layer>_relu",
// and one Flatten. The names of the layers must differ.
std::string toOnnx(const FashionCnn& cnn);

// Writes them. Throws support::FileError.
void saveOnnx(const FashionCnn& cnn, const std::filesystem::path& path);

}  // namespace aslog::examples
