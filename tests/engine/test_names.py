"""The names people look for: every op of the list, as an attribute of the package, and TensorFlow's dotted ones."""

from __future__ import annotations

import pytest

import gradstudio as gs

OPS = """
abs negative sign square sqrt rsqrt cbrt reciprocal exp exp2 expm1 log log2 log10 log1p sin cos tan asin acos atan sinh
cosh tanh asinh acosh atanh deg2rad rad2deg sinc real imag conj angle complex floor ceil round cast identity nan_to_num
clip_by_value zeros_like ones_like
add subtract multiply divide floordiv mod pow maximum minimum fmax fmin squared_difference atan2 hypot logaddexp
logaddexp2 copysign divide_no_nan multiply_no_nan xlogy xlog1py xdivy add_n lerp
reduce_sum reduce_mean reduce_prod reduce_max reduce_min reduce_logsumexp reduce_variance reduce_std nansum nanmean
median quantile ptp average trace cov
reshape ravel transpose swapaxes moveaxis squeeze expand_dims broadcast_to tile repeat concat stack hstack vstack
unstack split flip rot90 roll pad meshgrid linspace space_to_depth depth_to_space diag diag_part set_diag band_part tril
triu
slice gather gather_nd take_along_axis boolean_mask where scatter_nd tensor_scatter_nd_add tensor_scatter_nd_update
segment_sum segment_mean unsorted_segment_sum unsorted_segment_mean unsorted_segment_max embedding_lookup dynamic_stitch
getitem
matmul matvec dot inner outer kron tensordot einsum multi_dot cross det slogdet logdet inv pinv solve triangular_solve
cholesky cholesky_solve qr svd eigh eigvalsh lstsq expm matrix_power norm adjoint global_norm clip_by_norm
fft ifft rfft irfft fft2 ifft2 rfft2 fftshift ifftshift dct
conv1d conv2d conv3d conv2d_transpose depthwise_conv2d max_pool1d max_pool2d max_pool3d avg_pool1d avg_pool2d avg_pool3d
relu relu6 leaky_relu elu selu gelu silu mish hardswish hardsigmoid hardtanh sigmoid log_sigmoid softplus softsign prelu
glu softmax log_softmax bias_add moments batch_norm layer_norm group_norm rms_norm dropout l2_normalize extract_patches
resize attention
softmax_cross_entropy sparse_softmax_cross_entropy sigmoid_cross_entropy mse mae huber binary_cross_entropy
kl_divergence nll hinge cosine_similarity l2_loss
erf erfc erfinv ndtri lgamma digamma polygamma zeta igamma betainc lbeta bessel_i0 bessel_i0e bessel_i1 bessel_i1e
bessel_j0 bessel_j1 expint dawsn spence
cumsum cumprod cumulative_logsumexp cummax diff trapezoid convolve interp
sort top_k partition
stop_gradient custom_gradient recompute_grad cond while_loop map_fn scan switch_case
argmax argmin argsort any all count_nonzero searchsorted one_hot equal not_equal less less_equal greater greater_equal
logical_and logical_or logical_not logical_xor isfinite isnan isinf shape size rank range fill eye zeros ones
""".split()

TENSORFLOW = """
math.abs math.accumulate_n math.acos math.add math.add_n math.angle math.argmax math.asinh math.atan2 math.betainc
math.ceil math.conj math.cumprod math.cumsum math.cumulative_logsumexp math.digamma math.divide math.divide_no_nan
math.erf math.erfinv math.exp math.expm1 math.floor math.floordiv math.floormod math.igamma math.igammac math.imag
math.is_finite math.is_inf math.is_nan math.l2_normalize math.lbeta math.lgamma math.log math.log1p math.log_sigmoid
math.log_softmax math.logical_and math.logical_not math.logical_xor math.maximum math.minimum math.mod math.multiply
math.multiply_no_nan math.ndtri math.negative math.polygamma math.pow math.real math.reciprocal
math.reciprocal_no_nan math.reduce_all math.reduce_any math.reduce_euclidean_norm math.reduce_logsumexp math.reduce_max
math.reduce_mean math.reduce_min math.reduce_prod math.reduce_std math.reduce_sum math.reduce_variance math.rint
math.round math.rsqrt math.segment_max math.segment_mean math.segment_min math.segment_prod math.segment_sum
math.sigmoid math.sign math.sin math.sinh math.softmax math.softplus math.softsign math.special.bessel_i0
math.special.bessel_j1 math.special.dawsn math.special.expint math.special.spence math.sqrt math.square
math.squared_difference math.subtract math.tan math.tanh math.top_k math.truediv math.unsorted_segment_max
math.unsorted_segment_mean math.unsorted_segment_prod math.unsorted_segment_sqrt_n math.unsorted_segment_sum
math.xdivy math.xlog1py math.xlogy math.zeta
nn.avg_pool nn.avg_pool1d nn.avg_pool2d nn.avg_pool3d nn.batch_normalization nn.bias_add nn.conv1d nn.conv2d
nn.conv2d_transpose nn.conv3d nn.convolution nn.crelu nn.depth_to_space nn.depthwise_conv2d nn.dropout nn.elu
nn.embedding_lookup nn.gelu nn.l2_loss nn.l2_normalize nn.leaky_relu nn.log_softmax nn.max_pool nn.max_pool1d
nn.max_pool2d nn.max_pool3d nn.moments nn.relu nn.relu6 nn.selu nn.sigmoid nn.sigmoid_cross_entropy_with_logits nn.silu
nn.softmax nn.softmax_cross_entropy_with_logits nn.softplus nn.softsign nn.space_to_depth
nn.sparse_softmax_cross_entropy_with_logits nn.swish nn.tanh nn.top_k nn.weighted_cross_entropy_with_logits
linalg.adjoint linalg.band_part linalg.cholesky linalg.cholesky_solve linalg.cross linalg.det linalg.diag
linalg.diag_part linalg.eigh linalg.eigvalsh linalg.einsum linalg.expm linalg.global_norm linalg.inv linalg.logdet
linalg.lstsq linalg.matmul linalg.matrix_transpose linalg.matvec linalg.norm linalg.pinv linalg.qr linalg.set_diag
linalg.slogdet linalg.solve linalg.svd linalg.tensordot linalg.trace linalg.triangular_solve
signal.dct signal.idct signal.fft signal.fft2d signal.fftshift signal.ifft signal.ifft2d signal.ifftshift signal.irfft
signal.irfft2d signal.rfft signal.rfft2d
image.extract_patches image.resize
random.normal random.uniform random.truncated_normal random.categorical random.shuffle random.set_seed
random.stateless_normal random.stateless_uniform random.gamma random.poisson
autodiff.ForwardAccumulator
clip_by_global_norm dynamic_partition sequence_mask tensor_scatter_nd_sub reverse searchsorted
""".split()


@pytest.mark.parametrize("name", sorted(set(OPS + TENSORFLOW)))
def test_a_name_that_people_look_for_resolves_to_something_that_can_be_called(name: str) -> None:
    found = gs
    for part in name.split("."):
        found = getattr(found, part)
    assert callable(found)
