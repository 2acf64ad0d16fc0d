#include "tb/models/model.h"

#include <algorithm>
#include <utility>

#include <dlfcn.h>

#include <fmt/format.h>

#include "support/error.h"

namespace aslog::tb {
namespace {

// A sanitizer can name the place of a leak, and suppress it (cmake/known_leaks.txt), only while the
// library is there.
#ifdef __SANITIZE_ADDRESS__
constexpr int kLoadMode = RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE;
#else
constexpr int kLoadMode = RTLD_NOW | RTLD_LOCAL;
#endif

void closeLibrary(void* library) {
    if (library != nullptr) {
        ::dlclose(library);
    }
}

std::string loaderMessage() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the message is kept per thread by glibc
    const char* message = ::dlerror();
    return message != nullptr ? message : "unknown error";
}

int bitsOfPort(const std::vector<Port>& ports, const std::string& name) {
    return std::find_if(ports.begin(), ports.end(),
                        [&name](const Port& port) { return port.name == name; })
        ->bits;
}

}  // namespace

Model::Model(const std::filesystem::path& library, PortList ports, const ModelOptions& options)
    : library_(::dlopen(library.c_str(), kLoadMode), closeLibrary),
      ports_(std::move(ports)),
      inputs_(wordsOf(ports_.inputs)),
      outputs_(wordsOf(ports_.outputs)),
      trace_(options.trace),
      isTracing_(!trace_.file.empty()) {
    if (library_ == nullptr) {
        throw support::Error(fmt::format("cannot load the compiled model {}: {}", library.string(),
                                         loaderMessage()));
    }
    const auto function =
        reinterpret_cast<ModelApiFunction>(::dlsym(library_.get(), kModelApiFunction));
    if (function == nullptr) {
        throw support::Error(
            fmt::format("{} is not a compiled model: {}", library.string(), loaderMessage()));
    }
    api_ = function();
    model_ = {api_->create(options.seed), Destroy{api_}};
    for (const auto& [name, value] : options.constants) {
        input(name)[0] = value;
    }
    // The model sees its clocks low before the first edge.
    api_->eval(model_.get(), inputs_.data(), outputs_.data());
}

void Model::Destroy::operator()(void* model) const {
    api->closeTrace(model);
    api->destroy(model);
}

std::span<std::uint32_t> Model::input(const std::string& name) {
    return std::span(inputs_).subspan(firstWord(ports_.inputs, name),
                                      wordsOf(bitsOfPort(ports_.inputs, name)));
}

std::span<const std::uint32_t> Model::output(const std::string& name) const {
    return std::span(outputs_).subspan(firstWord(ports_.outputs, name),
                                       wordsOf(bitsOfPort(ports_.outputs, name)));
}

void Model::followTrace() {
    if (cycles_ == trace_.firstCycle && !api_->openTrace(model_.get(), trace_.file.c_str())) {
        throw support::Error(fmt::format("cannot write waveforms to {}", trace_.file.string()));
    }
    if (cycles_ > trace_.lastCycle) {
        api_->closeTrace(model_.get());
        isTracing_ = false;
    }
}

}  // namespace aslog::tb
