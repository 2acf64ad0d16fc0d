// The errors that a user may meet. what() is a whole message, ready to print: it says what went
// wrong, where, and, if that is known, what to do about it.
#pragma once

#include <stdexcept>
#include <string>

namespace aslog::support {

// Something failed that is not the user's input: exit code 1.
struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// The user's input is wrong (arguments, a spec, a library file): exit code 2.
struct InputError : Error {
    using Error::Error;
};

// A network is refused because a width of the array is too small for it, and for nothing else.
struct DoesNotFit : InputError {
    using InputError::InputError;
};

// A file or folder cannot be read or written.
struct FileError : Error {
    using Error::Error;
};

// A program that aslog calls is not installed; the message names its Debian package.
struct MissingTool : Error {
    using Error::Error;
};

// The user pressed Ctrl-C (or another signal came): exit code 130. `howToGoOn`: of commands that do
// not start from the beginning.
struct Interrupted : Error {
    explicit Interrupted(const std::string& howToGoOn = "") : Error("interrupted" + howToGoOn) {}
};

}  // namespace aslog::support
