terraform {
  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

data "maas_endpoints" "all" {}

data "maas_endpoint" "first" {
  name = data.maas_endpoints.all.endpoints[0].name
}

output "limits" {
  value = {
    requests_per_minute = data.maas_endpoint.first.rpm
    tokens_per_minute   = data.maas_endpoint.first.tpm
  }
}
