#pragma once

#include <Eigen/Core>

namespace aslog::ptq {

using RowMajorMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace aslog::ptq
