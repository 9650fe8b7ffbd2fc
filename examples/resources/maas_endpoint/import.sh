terraform import maas_endpoint.help_desk 63b425a2-b423-0bae-440e-df2846becbdf

# With the region and the project, where they are not those of the provider block:
terraform import maas_endpoint.help_desk ap-southeast-1/5a0db0c0ffee4a11b00c5a0db0c0ffee/63b425a2-b423-0bae-440e-df2846becbdf
