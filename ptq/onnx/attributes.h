// The attributes of an ONNX node, with their types checked and none overlooked.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <onnx/onnx_pb.h>

#include "ptq/graph/tensor.h"
#include "ptq/onnx/operator_table.h"

namespace aslog::ptq {

class Attributes {
  public:
    // Throws InputError if a name occurs twice. `node` must outlive this object.
    explicit Attributes(const onnx::NodeProto& node);

    // The value, or `otherwise` if the attribute is not there. Throw InputError if it has another
    // type; flag() also if it is neither 0 nor 1.
    std::int64_t integer(const std::string& name, std::int64_t otherwise);
    bool flag(const std::string& name, bool otherwise);
    float number(const std::string& name, float otherwise);
    Shape integers(const std::string& name);  // otherwise: empty
    std::string text(const std::string& name, const std::string& otherwise);

    // nullptr if the attribute is not there.
    const onnx::AttributeProto* find(const std::string& name,
                                     onnx::AttributeProto::AttributeType type);

    // For attributes that do not matter to inference.
    void ignore(const std::string& name) { unread_.erase(name); }

    // Throws InputError if there is an attribute that is not among these names.
    void refuseOthers(const std::vector<AttributeRow>& known) const;

    // Throws InputError if there is an attribute that nobody has asked for: it may change what the
    // operator does.
    void refuseUnread() const;

  private:
    std::map<std::string, const onnx::AttributeProto*> all_;
    std::map<std::string, const onnx::AttributeProto*> unread_;
};

}  // namespace aslog::ptq
