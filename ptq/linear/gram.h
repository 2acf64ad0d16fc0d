// Exact sums of products of bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

namespace aslog::ptq {

// Lines of bytes of one length, to be multiplied with each other.
class ByteLines {
  public:
    // The longest line: sums of its products stay within 32 bits.
    static constexpr std::size_t kLongest = std::size_t{1} << 15;

    // `length` up to kLongest.
    ByteLines(std::size_t lines, std::size_t length);

    std::size_t lines() const { return lines_; }
    std::size_t step() const { return step_; }  // from one line to the next, in bytes
    std::uint8_t* line(std::size_t i) { return bytes_.data() + i * step_; }
    const std::uint8_t* line(std::size_t i) const { return bytes_.data() + i * step_; }

    // Adds `factor` times the sum of the products of lines i and j to products(i, j), for all
    // i >= j, and `factor` times the sum of line i to sums[i]. Exact as long as all stay below
    // 2^53.
    void addGram(double factor, Eigen::MatrixXd& products, Eigen::VectorXd& sums) const;

  private:
    std::size_t lines_;
    std::size_t step_;                 // of the lines, filled up with 0
    std::vector<std::uint8_t> bytes_;  // with lines of 0 behind, so that tiles need not be cut
};

}  // namespace aslog::ptq
