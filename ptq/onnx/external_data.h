// Weights that lie in files beside the model, as exporters write them for large networks and, since
// PyTorch 2.6, for all.
// Source: https://github.com/onnx/onnx/blob/v1.12.0/docs/ExternalData.md
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include <onnx/onnx_pb.h>

namespace aslog::ptq {

class ExternalData {
  public:
    // `folder`: of the model; nothing outside it is read.
    explicit ExternalData(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // The bytes of a tensor whose data_location is EXTERNAL. Throws InputError, without the
    // tensor's name, if its location is no file below the folder, if offset and length do not lie
    // in it, or if there are not as many as `count`.
    std::string read(const onnx::TensorProto& proto, std::size_t count) const;

  private:
    std::filesystem::path fileAt(const std::string& location) const;

    std::filesystem::path folder_;
};

}  // namespace aslog::ptq
