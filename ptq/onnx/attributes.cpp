#include "ptq/onnx/attributes.h"

#include <algorithm>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::ptq {

using onnx::AttributeProto;
using support::InputError;

Attributes::Attributes(const onnx::NodeProto& node) {
    for (const AttributeProto& attribute : node.attribute()) {
        if (!all_.emplace(attribute.name(), &attribute).second) {
            throw InputError(fmt::format("attribute {} occurs twice", attribute.name()));
        }
    }
    unread_ = all_;
}

const AttributeProto* Attributes::find(const std::string& name,
                                       AttributeProto::AttributeType type) {
    const auto found = all_.find(name);
    if (found == all_.end()) {
        return nullptr;
    }
    unread_.erase(name);
    if (found->second->type() != type) {
        throw InputError(fmt::format("attribute {}: found type {}, allowed {}", name,
                                     AttributeProto::AttributeType_Name(found->second->type()),
                                     AttributeProto::AttributeType_Name(type)));
    }
    return found->second;
}

std::int64_t Attributes::integer(const std::string& name, std::int64_t otherwise) {
    const AttributeProto* attribute = find(name, AttributeProto::INT);
    return attribute == nullptr ? otherwise : attribute->i();
}

bool Attributes::flag(const std::string& name, bool otherwise) {
    const std::int64_t value = integer(name, otherwise ? 1 : 0);
    if (value != 0 && value != 1) {
        throw InputError(fmt::format("attribute {}: found {}, allowed 0 and 1", name, value));
    }
    return value == 1;
}

float Attributes::number(const std::string& name, float otherwise) {
    const AttributeProto* attribute = find(name, AttributeProto::FLOAT);
    return attribute == nullptr ? otherwise : attribute->f();
}

Shape Attributes::integers(const std::string& name) {
    const AttributeProto* attribute = find(name, AttributeProto::INTS);
    return attribute == nullptr ? Shape{}
                                : Shape(attribute->ints().begin(), attribute->ints().end());
}

std::string Attributes::text(const std::string& name, const std::string& otherwise) {
    const AttributeProto* attribute = find(name, AttributeProto::STRING);
    return attribute == nullptr ? otherwise : attribute->s();
}

void Attributes::refuseOthers(const std::vector<AttributeRow>& known) const {
    for (const auto& [name, attribute] : all_) {
        if (std::ranges::count(known, name, &AttributeRow::name) == 0) {
            throw InputError(fmt::format("attribute {} is not supported", name));
        }
    }
}

void Attributes::refuseUnread() const {
    if (!unread_.empty()) {
        throw InputError(fmt::format("attribute {} is not supported", unread_.begin()->first));
    }
}

}  // namespace aslog::ptq
